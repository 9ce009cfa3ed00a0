package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.pipeline.Site;

class LanguageModelTest {

    private static final int CONTEXTS = 3;
    private static final int CONTEXT_LENGTH = 20;
    private static final Site EMBED = Site.parse("embed");
    private static final Site PRE = Site.parse("layers.1.resid.pre");
    private static final Site ATTN_OUT = Site.parse("layers.1.attn.out");
    private static final Site MID = Site.parse("layers.1.resid.mid");
    private static final Site MLP_IN = Site.parse("layers.1.mlp.in");
    private static final Site MLP_OUT = Site.parse("layers.1.mlp.out");
    private static final Site POST = Site.parse("layers.1.resid.post");

    @TempDir static Path folder;
    private static LanguageModel model;

    private NDManager scope;
    private NDArray tokens;

    @BeforeAll
    static void load() throws IOException {
        model = LanguageModel.load(TinyLanguageModel.standard().writeTo(folder), Device.cpu());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @BeforeEach
    void makeTokens() {
        scope = model.newScope();
        long[] ids = new long[CONTEXTS * CONTEXT_LENGTH];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i * 7 % model.vocabularySize();
        }
        tokens = scope.create(ids, new Shape(CONTEXTS, CONTEXT_LENGTH)); // (B, T)
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static UnaryOperator<NDArray> counting(AtomicInteger count) {
        return x -> {
            count.incrementAndGet();
            return x;
        };
    }

    private static float[] floats(Map<Site, NDArray> activations, Site site) {
        return activations.get(site).toFloatArray();
    }

    @Test
    void tellsItsDimensions() {
        assertThat(model.layers()).isEqualTo(2);
        assertThat(model.vocabularySize()).isEqualTo(50);
        assertThat(model.contextLimit()).isEqualTo(32);
        assertThat(model.activationDim(MLP_OUT)).isEqualTo(16);
    }

    @Test
    void tellsItsSitesAndTheirWidths(@TempDir Path other) {
        // Given
        TinyLanguageModel.standard()
                .writeTo(
                        other, Map.of("use_parallel_residual", "false", "intermediate_size", "48"));

        // When
        ModelSites sequential = ModelSites.read(new ModelFiles.Local(other));

        // Then
        assertThat(model.sites().all()).hasSize(1 + 2 * 7);
        assertThat(sequential.all()).hasSize(1 + 2 * 8);
        assertThat(sequential.width(Site.parse("layers.1.resid.mid"))).isEqualTo(16);
        assertThat(sequential.width(Site.parse("layers.1.attn.z"))).isEqualTo(16);
        assertThat(sequential.width(Site.parse("layers.1.mlp.hidden"))).isEqualTo(48);
    }

    @Test
    void observesEachSiteInItsWidth() {
        assertThat(model.observe(tokens, model.sites().all()))
                .allSatisfy(
                        (site, values) ->
                                assertThat(values.getShape())
                                        .isEqualTo(new Shape(3, 20, model.activationDim(site))));
    }

    @Test
    void rejectsTheMiddleOfAParallelBlock() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.logits(tokens, Map.of(MID, NDArray::zerosLike)))
                .withMessage(
                        "no such site in the model: attention and MLP of a layer read the same"
                                + " input: family=gpt_neox, site=layers.1.resid.mid");
    }

    @Test
    void givesOneArrayPerSiteToTheTokensOwner() {
        // When
        Map<Site, NDArray> activations =
                model.observe(tokens, Set.of(PRE, Site.parse("layers.0.resid.post")));

        // Then
        assertThat(activations).hasSize(2);
        NDArray previous = activations.get(Site.parse("layers.0.resid.post"));
        assertThat(previous).isNotSameAs(activations.get(PRE));
        assertThat(previous.toFloatArray()).containsExactly(floats(activations, PRE));
        assertThat(activations.values())
                .allSatisfy(
                        values -> {
                            assertThat(values.getManager()).isSameAs(scope);
                            assertThat(values.getShape()).isEqualTo(new Shape(3, 20, 16));
                        });
    }

    @Test
    void computesNothingThatTheWantedSitesDoNotNeed() {
        // Given
        AtomicInteger needed = new AtomicInteger();
        AtomicInteger notNeeded = new AtomicInteger();

        // When
        model.observe(
                tokens,
                Set.of(Site.parse("layers.0.mlp.out")),
                Map.of(
                        Site.parse("layers.0.mlp.in"),
                        counting(needed),
                        Site.parse("layers.0.attn.out"),
                        counting(notNeeded),
                        Site.parse("layers.0.resid.post"),
                        counting(notNeeded),
                        MLP_IN,
                        counting(notNeeded)));

        // Then
        assertThat(needed).hasValue(1);
        assertThat(notNeeded).hasValue(0);
    }

    @Test
    void replacesEachSiteOnceForAllPositions() {
        // Given
        AtomicInteger count = new AtomicInteger();

        // When
        model.logits(tokens, Map.of(ATTN_OUT, counting(count), PRE, counting(count)));

        // Then
        assertThat(count).hasValue(2);
    }

    @Test
    void changesOnlyWhatDependsOnAReplacedSite() {
        // Given
        Set<Site> sites = Set.of(PRE, ATTN_OUT, MLP_IN, MLP_OUT, POST);
        Map<Site, NDArray> before = model.observe(tokens, sites);

        // When
        Map<Site, NDArray> after =
                model.observe(tokens, sites, Map.of(MLP_IN, x -> x.mul(0.5).addi(0.1)));

        // Then
        assertThat(floats(after, PRE)).containsExactly(floats(before, PRE));
        assertThat(floats(after, ATTN_OUT)).containsExactly(floats(before, ATTN_OUT));
        assertThat(after.get(MLP_IN).toFloatArray())
                .containsExactly(before.get(MLP_IN).mul(0.5).addi(0.1).toFloatArray());
        assertThat(floats(after, MLP_OUT)).isNotEqualTo(floats(before, MLP_OUT));
        assertThat(after.get(POST).toFloatArray())
                .containsExactly(
                        after.get(MLP_OUT)
                                .add(before.get(ATTN_OUT))
                                .addi(before.get(PRE))
                                .toFloatArray());
    }

    @ParameterizedTest
    @CsvSource({
        "resid.pre, 'attn.z, attn.out, resid.mid, mlp.in, mlp.hidden, mlp.out, resid.post'",
        "attn.z, 'attn.out, resid.mid, mlp.in, mlp.hidden, mlp.out, resid.post'",
        "attn.out, 'resid.mid, mlp.in, mlp.hidden, mlp.out, resid.post'",
        "resid.mid, 'mlp.in, mlp.hidden, mlp.out, resid.post'",
        "mlp.in, 'mlp.hidden, mlp.out, resid.post'",
        "mlp.hidden, 'mlp.out, resid.post'",
        "mlp.out, 'resid.post'"
    })
    void reachesWhatDependsOnASiteOfASequentialBlock(
            String replaced, String dependent, @TempDir Path other) throws IOException {
        // Given
        Map<String, String> sequential = Map.of("use_parallel_residual", "false");
        TinyLanguageModel.standard().writeTo(other, sequential);
        try (LanguageModel blocks = LanguageModel.load(other, Device.cpu())) {
            Set<Site> sites = blocks.sites().all();
            Map<Site, NDArray> before = blocks.observe(tokens, sites);

            // When
            Map<Site, NDArray> after =
                    blocks.observe(
                            tokens,
                            sites,
                            Map.of(Site.parse("layers.1." + replaced), x -> x.mul(0.5).addi(0.1)));

            // Then
            assertThat(sites)
                    .filteredOn(site -> !Arrays.equals(floats(before, site), floats(after, site)))
                    .filteredOn(site -> !site.equals(Site.parse("layers.1." + replaced)))
                    .extracting(Site::toString)
                    .containsExactly(
                            Arrays.stream(dependent.split(", "))
                                    .map(kind -> "layers.1." + kind)
                                    .toArray(String[]::new));
        }
    }

    @Test
    void showsAReplacedEmbeddingAsTheFirstBlocksInput() {
        // When
        Map<Site, NDArray> activations =
                model.observe(
                        tokens,
                        Set.of(EMBED, Site.parse("layers.0.resid.pre")),
                        Map.of(EMBED, NDArray::zerosLike));

        // Then
        assertThat(activations.values()).allMatch(x -> x.abs().max().getFloat() == 0);
    }

    @Test
    void givesTheSameBitsTwice() {
        // When
        float[] once = model.logits(tokens).toFloatArray();
        float[] again = model.logits(tokens).toFloatArray();

        // Then
        assertThat(again).containsExactly(once);
    }

    @Test
    void givesAContextTheSameBitsAloneAndAmongOthers() {
        // Given
        NDArray second = tokens.get("1:2"); // (1, T)

        // When
        float[] together = floats(model.observe(tokens, Set.of(POST)), POST);
        float[] alone = floats(model.observe(second, Set.of(POST)), POST);

        // Then
        assertThat(Arrays.copyOfRange(together, alone.length, 2 * alone.length)).isEqualTo(alone);
    }

    @Test
    void handsOverEachSiteAsSoonAsItIsKnown() {
        // Given
        Site early = Site.parse("layers.0.mlp.out");
        Map<Site, NDArray> inTheEnd = model.observe(tokens, Set.of(early, POST));
        Map<Site, float[]> found = new LinkedHashMap<>();

        // When
        model.observe(
                tokens,
                Set.of(POST, early),
                (site, values) -> found.put(site, values.toFloatArray()));

        // Then
        assertThat(found).containsOnlyKeys(early, POST);
        assertThat(found.keySet()).first().isEqualTo(early);
        found.forEach((site, values) -> assertThat(values).isEqualTo(floats(inTheEnd, site)));
    }

    @Test
    void whatAnObserverThrowsEndsThePass() {
        // Given
        AtomicInteger seen = new AtomicInteger();

        // Then
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                model.observe(
                                        tokens,
                                        Set.of(EMBED, POST),
                                        (site, values) -> {
                                            seen.incrementAndGet();
                                            throw new IllegalStateException("at " + site);
                                        }))
                .withMessage("at embed");
        assertThat(seen).hasValue(1);
    }

    @Test
    void takesInt32TokenIds() {
        // Given
        NDArray int32 = scope.create(new int[] {1, 2, 3, 4}, new Shape(2, 2)); // (B, T)
        NDArray int64 = scope.create(new long[] {1, 2, 3, 4}, new Shape(2, 2)); // (B, T)

        // When, Then
        assertThat(model.logits(int32).toFloatArray())
                .containsExactly(model.logits(int64).toFloatArray());
    }

    @Test
    void keepsBothVocabulariesOfATiedFolderThatHasThem(@TempDir Path tied) throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(tied);
        Path config = tied.resolve("config.json");
        String untied = Files.readString(config);
        Files.writeString(config, untied.replaceFirst("\\{", "{\"tie_word_embeddings\": true,"));

        // When
        float[] logits;
        try (LanguageModel other = LanguageModel.load(tied, Device.cpu())) {
            logits = other.logits(tokens).toFloatArray();
        }

        // Then
        assertThat(logits).containsExactly(model.logits(tokens).toFloatArray());
    }

    @ParameterizedTest
    @CsvSource({
        "50, 'vocabularySize=50, found=50, context=1, position=2'",
        "-1, 'vocabularySize=50, found=-1, context=1, position=2'"
    })
    void rejectsATokenIdOutOfRange(long id, String message) {
        // Given
        NDArray wrong = scope.create(new long[] {0, 1, 2, 3, 4, id}, new Shape(2, 3)); // (B, T)

        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.logits(wrong))
                .withMessage("token id out of range: " + message);
    }

    @Test
    void rejectsAContextLongerThanTheModelTakes() {
        // Given
        NDArray wrong = scope.create(new long[33], new Shape(1, 33)); // (B, T)

        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.observe(wrong, Set.of(EMBED)))
                .withMessage("context too long for the model: limit=32, found=33");
    }

    @Test
    void rejectsTokenIdsOfAnotherShapeOrType() {
        // Given
        NDArray flat = scope.create(new long[4]); // (T)
        NDArray empty = scope.create(new Shape(1, 0), DataType.INT64); // (1, 0)
        NDArray floats = scope.create(new float[4], new Shape(2, 2)); // (B, T)

        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.logits(flat))
                .withMessageContaining("token ids have the wrong shape: expected=(B, T)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.logits(empty))
                .withMessageContaining("token ids have the wrong shape: expected=(B, T)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.logits(floats))
                .withMessageContaining("token ids have the wrong type: expected=int64 or int32");
    }

    @Test
    void rejectsASiteThatTheModelLacks() {
        // Given
        Site absent = Site.parse("layers.2.mlp.out");
        String message = "no such site in the model: layers=2, site=layers.2.mlp.out";

        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.observe(tokens, new TreeSet<>(Set.of(absent))))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.logits(tokens, Map.of(absent, x -> x)))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.activationDim(absent))
                .withMessage(message);
    }

    @Test
    void rejectsAReplacementOfAnotherShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.logits(tokens, Map.of(MLP_OUT, x -> x.sum())))
                .withMessage(
                        "replacement mismatch: expected=float32 (3, 20, 16), found=float32 (),"
                                + " site=layers.1.mlp.out");
    }
}
