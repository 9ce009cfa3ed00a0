package org.lexicographer.pipeline.recipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.TargetSite;
import org.lexicographer.pipeline.run.RunSpec;

class RecipeSpecTest {

    private static final int STEPS = 100;
    private static final List<Site> SITES = List.of(Site.parse("layers.1.mlp.in"));

    private static final String RUN =
            """
            {"run": "a", "languageModel": {"uri": "file:/model"}, "contextLength": 16,
             "evaluation": {"contexts": 1},
             "training": {"steps": 100, "batchSize": 64, "bufferContexts": 16},
             "sites": ["layers.1.mlp.in"]}
            """;

    /** What a recipe of every type needs at least. */
    private static final String PENALTY = "\"learningRate\": 0.001, \"sparsityPenalty\": 0.1";

    private static RecipeSpec read(String type, String more) {
        return RunSpec.read(run(json(type, more))).recipes().getFirst();
    }

    /** Returns the run spec of a run that has the recipe. */
    private static JsonNode run(JsonNode recipe) {
        ObjectNode run = (ObjectNode) Json.tree(RUN.getBytes(UTF_8));
        run.putArray("recipes").add(recipe);
        return run;
    }

    private static JsonNode json(String type, String more) {
        String text =
                "{\"type\": \"%s\", \"name\": \"r\", \"dictionarySize\": 64, %s}"
                        .formatted(type, more);
        return Json.tree(text.getBytes(UTF_8));
    }

    private static List<String> errors(String type, String more) {
        try {
            read(type, more);
            return List.of();
        } catch (InvalidFieldsException e) {
            return e.errors().stream()
                    .map(error -> error.field().replace("recipes[0].", ""))
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "standard | \"ghostGradients\": {\"deadSteps\": 50}",
                "standardApril | \"maxGradientNorm\": 0",
                "pAnneal | \"anneal\": {\"start\": 10, \"pEnd\": 0.2},"
                        + " \"resampling\": {\"steps\": 20}",
                "gated | \"reconstructs\": \"layers.4.mlp.out\"",
                "gatedAnneal | \"anneal\": {\"start\": 1, \"end\": 50, \"pEnd\": 0.5,"
                        + " \"function\": \"lp\", \"updates\": 3, \"window\": 4}",
                "jumpReLU | \"targetL0\": 20, \"bandwidth\": 0.01, \"initialThreshold\": 0.05"
            })
    void readsWhatItWritesOfRecipesWithAPenalty(String type, String more) {
        assertThatRoundTripKeeps(type, PENALTY + ", " + more);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topK | \"k\": 4, \"kAnnealSteps\": 10",
                "batchTopK | \"k\": 4, \"auxiliary\": {\"weight\": 0, \"deadTokens\": 9}",
                "matryoshkaBatchTopK | \"k\": 4, \"groupFractions\": [0.25, 0.75],"
                        + " \"thresholdStart\": 5"
            })
    void readsWhatItWritesOfTheTopKFamily(String type, String more) {
        assertThatRoundTripKeeps(type, more);
    }

    private static void assertThatRoundTripKeeps(String type, String more) {
        RecipeSpec spec = read(type, more);
        JsonNode written = Json.tree(Json.write(spec));

        RecipeSpec again = RunSpec.recipe(written, STEPS);

        assertThat(written.path("type").textValue()).isEqualTo(type);
        assertThat(again).isEqualTo(spec);
    }

    @Test
    void scalesTheTopKFamilysLearningRateByTheDictionarysSize() {
        // 2e-4 / sqrt(64 / 2^14), figure 3 of Gao et al.
        assertThat(read("topK", "\"k\": 4").basics().learningRate())
                .isCloseTo(3.2e-3, within(1e-12));
        assertThat(read("topK", "\"k\": 4, \"learningRate\": 0.5").basics().learningRate())
                .isEqualTo(0.5);
    }

    @Test
    void learnsAThresholdInShortRunsUnlessTheToolIsFollowed() {
        TopKRecipeSpec paper = (TopKRecipeSpec) read("topK", "\"k\": 4");
        TopKRecipeSpec tool =
                (TopKRecipeSpec)
                        read("topK", "\"k\": 4, \"compatibility\": \"dictionary_learning-0.1\"");

        assertThat(paper.selection().threshold().thresholdStart()).isEqualTo(STEPS / 2);
        assertThat(tool.selection().threshold().thresholdStart()).isEqualTo(1000);
    }

    @Test
    void endsAnAnnealingAtTheLastStepUnlessTheToolIsFollowed() {
        String anneal = PENALTY + ", \"anneal\": {\"start\": 10, \"pEnd\": 0.2}";
        String tool = anneal + ", \"compatibility\": \"dictionary_learning-0.1\"";

        assertThat(((PAnnealRecipeSpec) read("pAnneal", anneal)).anneal().end()).isEqualTo(99);
        assertThat(((PAnnealRecipeSpec) read("pAnneal", tool)).anneal().end()).isEqualTo(100);
    }

    @Test
    void weighsEveryMatryoshkaGroupAlike() {
        String groups = "\"k\": 4, \"groupFractions\": [0.1, 0.2, 0.7]";
        MatryoshkaBatchTopKRecipeSpec spec =
                (MatryoshkaBatchTopKRecipeSpec) read("matryoshkaBatchTopK", groups);

        assertThat(spec.groupWeights()).containsExactly(1.0, 1.0, 1.0);
        assertThat(spec.groupSizes()).containsExactly(6, 12, 46);
    }

    @Test
    void readsATargetInAnotherLayer() {
        RecipeSpec spec = read("gated", PENALTY + ", \"reconstructs\": \"layers.4.resid.post\"");

        assertThat(spec.target(SITES.getFirst())).isEqualTo(Site.parse("layers.4.resid.post"));
        assertThat(spec.basics().reconstructs())
                .isEqualTo(Optional.of(new TargetSite(Optional.of(4), Site.Kind.RESID_POST)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topK | \"k\": 65 | k",
                "topK | \"k\": 4, \"kAnnealSteps\": 100 | kAnnealSteps",
                "topK | \"k\": 4, \"thresholdDecay\": 1 | thresholdDecay",
                "topK | \"k\": 4, \"sparsityPenalty\": 1 | sparsityPenalty",
                "batchTopK | \"k\": 4, \"auxiliary\": {\"deadTokens\": 0} | auxiliary.deadTokens",
                "matryoshkaBatchTopK | \"k\": 4, \"groupFractions\": [0.5, 0.4] | groupFractions",
                "matryoshkaBatchTopK | \"k\": 4, \"groupFractions\": [0.001, 0.999]"
                        + " | groupFractions",
                "matryoshkaBatchTopK | \"k\": 4, \"groupFractions\": [0.5, 0.5],"
                        + " \"groupWeights\": [1] | groupWeights",
                "matryoshkaBatchTopK | \"k\": 4 | groupFractions"
            })
    void namesWhatIsWrongInTheTopKFamily(String type, String more, String field) {
        assertThat(errors(type, more)).containsExactly(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pAnneal | \"anneal\": {\"start\": 10, \"pEnd\": 0, \"function\": \"lp\"}"
                        + " | anneal.pEnd",
                "pAnneal | \"anneal\": {\"start\": 10, \"pStart\": 0, \"pEnd\": 1,"
                        + " \"function\": \"lp\"} | anneal.pStart",
                "standard | \"reconstructs\": \"mlp.in\" | reconstructs",
                "gated | \"reconstructs\": \"layers.1.mlp.in\" | reconstructs",
                "pAnneal | \"anneal\": {\"start\": 10, \"end\": 10, \"pEnd\": 0.1,"
                        + " \"updates\": 1} | anneal.end",
                "gatedAnneal | \"anneal\": {\"start\": 95, \"pEnd\": 0.1} | anneal.updates",
                "gatedAnneal | \"resampling\": {\"steps\": 9}, \"anneal\": {\"start\": 9,"
                        + " \"pEnd\": 1} | resampling",
                "jumpReLU | \"bandwidth\": 0 | bandwidth",
                "jumpReLU | \"targetL0\": 0 | targetL0",
                "jumpReLU | \"initialThreshold\": 0 | initialThreshold",
                "gated | \"compatibility\": \"sae_lens\" | compatibility",
                "standard | \"schedule\": {\"decay\": \"square\"} | schedule.decay",
                "standard | \"ghostGradients\": {\"deadSteps\": 5}, \"resampling\": {\"steps\": 9}"
                        + " | ghostGradients"
            })
    void namesWhatIsWrongInRecipesWithAPenalty(String type, String more, String field) {
        assertThat(errors(type, PENALTY + ", " + more)).contains(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vanilla", "TopK"})
    void namesTheTypesThereAre(String type) {
        assertThat(errors(type, PENALTY)).containsExactly("type");
    }
}
