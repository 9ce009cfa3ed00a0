package org.lexicographer.eval.service.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.service.TopicRecords;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.SampleStatistics;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.Evaluation.Metric;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.pipeline.stored.TrainingCurves;
import org.lexicographer.testing.EmbeddedServersResource;

/** The pages in a real browser, where there is one. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class BrowserTest {

    private static final String RUN = "browsed";
    private static final String DICTIONARY = "pages/dictionaries/browsed/layers.0.mlp.out/random";

    private static final String LATENTS =
            "pages/dictionaries/" + SampleStatistics.DICTIONARY + "/latents";

    /** The machine may be busy: this bounds what would otherwise never end. */
    private static final double PATIENCE_MILLIS = 120_000;

    private static Optional<SystemBrowser> system;

    @Inject ObjectStore store;
    @Inject StatisticsStore statistics;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @TestHTTPResource("/")
    URI home;

    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;

    @BeforeAll
    static void startBrowser() {
        system = SystemBrowser.start();
    }

    @AfterAll
    static void stopBrowser() {
        system.ifPresent(SystemBrowser::close);
    }

    @BeforeEach
    void storeRun() {
        assumeTrue(system.isPresent(), "no browser or no Node on the PATH");
        StoredRun run = new StoredRun(store, RUN).storeSpec();
        try (NDManager manager = NDManager.newBaseManager()) {
            DictionaryCheckpoint checkpoint = run.saved("random", StoredRun.random(manager, false));
            Evaluation evaluation =
                    new Evaluation(
                            checkpoint.dictionary(),
                            checkpoint.step(),
                            true,
                            Evaluation.HELD_OUT,
                            6,
                            96,
                            List.of(
                                    new Metric("mse", 1, 0.25),
                                    new Metric("l0", 1, 16),
                                    new Metric("loss_recovered", 1, 0.9)));
            new EvaluationStore(store).put(evaluation);
        }
        new StoredRun(store, SampleStatistics.DICTIONARY.run())
                .storeSpec()
                .saved("relu", new IdentityDictionary(StoredRun.ACTIVATION_DIM));
        SampleStatistics.store(statistics, "digest");
    }

    @AfterEach
    void close() {
        Optional.ofNullable(context).ifPresent(BrowserContext::close);
    }

    /**
     * Opens an empty page; what the browser complains about, such as what its policy forbids, is
     * noted.
     */
    private Page open(Browser.NewContextOptions options) {
        context = system.orElseThrow().browser().newContext(options);
        context.setDefaultTimeout(PATIENCE_MILLIS);
        Page page = context.newPage();
        page.onConsoleMessage(
                message -> {
                    if (message.type().equals("error")) {
                        complaints.add(message.text());
                    }
                });
        page.onPageError(complaints::add);
        return page;
    }

    private static void shown(Locator locator) {
        assertThat(locator)
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MILLIS));
    }

    private static Locator link(Page page, String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void tryText(Page page) {
        page.getByLabel("Text", new Page.GetByLabelOptions().setExact(true))
                .fill("the cat <b>sat</b>");
        page.getByText("Show latents").click();
        shown(page.getByText("Strongest latents on"));
    }

    @Test
    void aReaderComesFromTheRunsToTheLatentsOfATextOfTheirs() {
        // Given
        Page page = open(new Browser.NewContextOptions());

        // When
        page.navigate(home.toString());
        link(page, RUN).click();
        link(page, "random").click();
        link(page, "Try your text").click();
        tryText(page);
        page.locator("button.latent").first().click();

        // Then
        shown(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Latent ")));
        assertThat(page.url()).endsWith("/text");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aTextCanBeTriedWithoutScripts() {
        // Given
        Page page = open(new Browser.NewContextOptions().setJavaScriptEnabled(false));

        // When
        page.navigate(home.resolve(DICTIONARY + "/text").toString());
        tryText(page);

        // Then
        assertThat(page.locator("a.token").count()).isGreaterThan(2);
    }

    @Test
    void aMetricsFormulaIsShownToWhoeverReachesItWithTheKeyboard() {
        // Given
        Page page = open(new Browser.NewContextOptions());
        page.navigate(home.resolve(DICTIONARY).toString());

        // When
        link(page, "mse").focus();

        // Then
        shown(page.getByText("<|e|^2> / D"));
        assertThat(complaints).isEmpty();
    }

    @Test
    void latentsAreSearchedSortedAndOpened() {
        // Given
        Page page = open(new Browser.NewContextOptions());

        // When
        page.navigate(home.resolve(LATENTS).toString());
        page.getByLabel("In its tokens or explanation").fill("the");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show")).click();
        shown(page.getByText("1 found"));
        link(page, "max").click();
        shown(page.locator("th[aria-sort=descending]").getByText("max"));
        link(page, "0").click();

        // Then
        shown(page.locator("mark.heat-10").first());
        shown(page.getByText("a&b.jsonl, line 5: document 3, token 41").first());
        page.getByText("2 documents in this context").first().click();
        shown(page.getByText("c.txt, line 1: document 0, token 0").first());
        assertThat(complaints).isEmpty();
    }

    @Test
    void aDictionaryIsImportedWithoutScripts() {
        // Given
        Page page = open(new Browser.NewContextOptions().setJavaScriptEnabled(false));
        byte[] zip =
                ZippedFolder.reference("standard")
                        .edited("config.json", "\"layer\": 2", "\"layer\": 0")
                        .zip();

        // When
        page.navigate(home.resolve("pages/runs/" + RUN).toString());
        link(page, "import a dictionary beside these").click();
        page.getByLabel("Site that it reads").fill("layers.0.mlp.out");
        page.getByLabel("Name of the dictionary").fill("random");
        chooseAndSend(page, zip);
        shown(page.locator("#recipe-error"));
        page.getByLabel("Name of the dictionary").fill("from-elsewhere");
        chooseAndSend(page, zip);

        // Then
        shown(
                page.getByRole(
                        AriaRole.HEADING,
                        new Page.GetByRoleOptions().setName("layers.0.mlp.out/from-elsewhere")));
    }

    private static void chooseAndSend(Page page, byte[] zip) {
        page.getByLabel("Files").setInputFiles(new FilePayload("d.zip", "application/zip", zip));
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Import").setExact(true))
                .click();
    }

    @Test
    void whatALatentStandsForIsWrittenWithoutScripts() {
        // Given
        Page page = open(new Browser.NewContextOptions().setJavaScriptEnabled(false));

        // When
        page.navigate(home.resolve(LATENTS + "/1").toString());
        page.getByText("Say what it stands for").click();
        page.getByLabel("What it stands for").fill("ends of <b>lines</b>\nand of files");
        page.getByLabel("Who says so").fill("Ada");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Save")).click();

        // Then
        shown(page.locator("p.said").getByText("ends of <b>lines</b>"));
        page.getByText("Change it").click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Remove")).click();
        shown(page.getByText("Nobody has said yet what it stands for."));
    }

    @Test
    void trainingCurvesAreDrawn() {
        // Given
        CurvePoint first = new CurvePoint(1, 1, 1, 1, 16, 0, Optional.of(0.1), 0.001);
        CurvePoint last = new CurvePoint(10, 0.5, 0.5, 1, 8, 0, Optional.of(0.6), 0.001);
        TrainingCurves curves =
                new TrainingCurves(
                        StoredRun.MLP_OUT,
                        10,
                        Map.of("random", new TrainingCurve(1, List.of(first, last))));
        store.put(ObjectKeys.curves(RUN, StoredRun.MLP_OUT, 10), curves.toJson());
        Page page = open(new Browser.NewContextOptions());

        // When
        page.navigate(home.resolve("pages/runs/" + RUN).toString());

        // Then
        shown(page.locator(".curves canvas").first());
        shown(page.getByText("Some steps as a table"));
        assertThat(page.locator(".curves canvas").count()).isEqualTo(6);
        for (Locator place : page.locator(".curves > div").all()) {
            assertThat(place.locator("canvas").boundingBox().width)
                    .isLessThanOrEqualTo(place.boundingBox().width);
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void progressMovesByItself() {
        // Given
        Page page = open(new Browser.NewContextOptions());
        page.navigate(home.resolve("pages/runs/" + RUN).toString());

        // When
        RunProgress progress =
                RunProgress.ofRun(RUN, State.RUNNING, Optional.of("half of it is done"));
        new TopicRecords(bootstrapServers)
                .send(Topics.RUN_PROGRESS, progress.key(), Json.write(progress));

        // Then
        shown(page.getByText("half of it is done"));
        assertThat(complaints).isEmpty();
    }

    @Test
    void axeFindsNothingSerious() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Page page = open(new Browser.NewContextOptions().setColorScheme(scheme));
            for (String path :
                    List.of(
                            "",
                            "pages/runs/" + RUN,
                            DICTIONARY,
                            DICTIONARY + "/text",
                            LATENTS,
                            LATENTS + "/0",
                            LATENTS + "/2",
                            "pages/submit",
                            "pages/import",
                            "pages/compare",
                            "pages/metric-definitions",
                            "pages/latent-definitions",
                            "nonsense")) {
                page.navigate(home.resolve(path).toString());
                assertThat(serious(page)).as("%s, %s", path, scheme).isEmpty();
            }
            page.navigate(home.resolve(DICTIONARY + "/text").toString());
            tryText(page);
            assertThat(serious(page)).as("a text, %s", scheme).isEmpty();
            page.navigate(home.resolve("pages/import?run=" + RUN).toString());
            page.getByLabel("Site that it reads").fill("nowhere");
            page.getByLabel("Name of the dictionary").fill("x");
            chooseAndSend(page, new byte[] {1});
            shown(page.locator("#site-error"));
            assertThat(serious(page)).as("a refused import, %s", scheme).isEmpty();
            context.close();
        }
    }

    private static List<String> serious(Page page) {
        return new AxeBuilder(page)
                .analyze().getViolations().stream()
                        .filter(rule -> !List.of("minor", "moderate").contains(rule.getImpact()))
                        .map(BrowserTest::text)
                        .toList();
    }

    private static String text(Rule rule) {
        return rule.getId()
                + ": "
                + rule.getNodes().stream().map(node -> node.getHtml()).distinct().toList();
    }
}
