package org.lexicographer.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.Golden;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.run.PackingSpec.Beginning;
import org.lexicographer.pipeline.run.PackingSpec.Documents;
import org.lexicographer.pipeline.run.PackingSpec.Separator;
import org.lexicographer.pipeline.run.TokenFilter.Positions;

class RunSpecTest {

    private static final String GOLDEN = Golden.text("RunSpec");

    /** As it was written before recipes had a compatibility. */
    private static final String OLD_GOLDEN = Golden.text("RunSpec-0.1");

    private static final String LEAST =
            """
            {"run": "a", "languageModel": {"uri": "file:/model"}, "contextLength": 16,
             "evaluation": {"contexts": 1},
             "training": {"steps": 20, "batchSize": 64, "bufferContexts": 16},
             "sites": ["embed"],
             "recipes": [{"type": "standard", "name": "r", "dictionarySize": 8,
                          "learningRate": 0.001, "sparsityPenalty": 0.1}]}
            """;

    private static RunSpec read(String json) {
        return RunSpec.read(json.getBytes(UTF_8));
    }

    private static List<String> wrongFields(Consumer<ObjectNode> change) {
        ObjectNode json = (ObjectNode) Json.tree(GOLDEN.getBytes(UTF_8));
        change.accept(json);
        InvalidFieldsException thrown =
                catchThrowableOfType(
                        InvalidFieldsException.class, () -> RunSpec.read(Json.write(json)));
        assertThat(thrown).isNotNull();
        return thrown.errors().stream().map(FieldError::field).toList();
    }

    private static ObjectNode object(ObjectNode json, String pointer) {
        return (ObjectNode) json.at(pointer);
    }

    @Test
    void isWrittenAsItWasRead() {
        assertThat(new String(read(GOLDEN).toJson(), UTF_8)).isEqualTo(GOLDEN);
    }

    @Test
    void readsEveryField() {
        // When
        RunSpec spec = read(GOLDEN);

        // Then
        assertThat(spec.languageModel().revision()).contains("1");
        assertThat(spec.evaluation().source()).isEqualTo(RunSpec.EvaluationSpec.Source.SHARDS);
        assertThat(spec.blockRows()).isEqualTo(2048);
        assertThat(spec.trainingBlocks()).isEqualTo(475);
        assertThat(spec.observedSites())
                .extracting(Site::toString)
                .containsExactly("layers.0.mlp.in", "layers.1.mlp.in", "layers.1.mlp.out");
        assertThat(spec.recipesAt(Site.parse("layers.0.mlp.in")))
                .extracting(RecipeSpec::name)
                .containsExactly("standard");
    }

    @Test
    void whatMayBeLeftOutHasItsDefault() {
        // When
        RunSpec spec = read(LEAST);

        // Then
        assertThat(spec.tokenBlock()).isEqualTo(new RunSpec.TokenBlockSpec(8, 4));
        assertThat(spec.activationType()).isEqualTo(RunSpec.ActivationType.FLOAT32);
        assertThat(spec.textField()).isEqualTo("text");
        assertThat(spec.evaluation().source()).isEqualTo(RunSpec.EvaluationSpec.Source.STREAM);
        assertThat(spec.training())
                .isEqualTo(
                        new RunSpec.TrainingSpec(
                                20,
                                64,
                                16,
                                RunSpec.ActivationType.FLOAT32,
                                false,
                                2,
                                List.of(),
                                1L << 30,
                                0,
                                TokenFilter.none(16),
                                new DivergencePolicy(100, 50),
                                Optional.empty()));
        assertThat(spec.training().tokens().dependsOnContent()).isFalse();
        assertThat(spec.languageModel().revision()).isEmpty();
        assertThat(spec.recipes().getFirst())
                .isEqualTo(
                        new StandardRecipeSpec(
                                new RecipeBasics(
                                        "r",
                                        List.of(),
                                        Optional.empty(),
                                        8,
                                        0,
                                        Optional.empty(),
                                        0.001,
                                        Schedule.linear(0, Optional.empty(), 0),
                                        0,
                                        Compatibility.PAPER,
                                        ComputeType.FLOAT32,
                                        0.375),
                                StandardRecipeSpec.ReconstructionLoss.SUM,
                                StandardRecipeSpec.Penalty.L1,
                                0.1,
                                Optional.empty(),
                                Optional.empty()));
    }

    @Test
    void aSpecThatSaysNothingOfPackingIsWrittenWithoutIt() {
        RunSpec spec = read(LEAST);

        assertThat(spec.packing()).isEmpty();
        assertThat(spec.textRule().packing())
                .isEqualTo(new PackingSpec(Beginning.NONE, Separator.EOS, Documents.JOIN));
        assertThat(new String(spec.toJson(), UTF_8)).doesNotContain("packing");
    }

    @Test
    void whatASpecSaysOfPackingIsCompleted() {
        ObjectNode json = (ObjectNode) Json.tree(LEAST.getBytes(UTF_8));
        json.withObject("/packing").put("beginning", "auto");

        RunSpec spec = RunSpec.read(Json.write(json));

        assertThat(spec.textRule().packing())
                .isEqualTo(new PackingSpec(Beginning.AUTO, Separator.EOS, Documents.JOIN));
        assertThat(RunSpec.read(spec.toJson())).isEqualTo(spec);
    }

    @Test
    void namesWhatIsWrongWithPacking() {
        assertThat(wrongFields(json -> json.withObject("/packing").put("separator", "pad")))
                .containsExactly("packing.separator");
        assertThat(wrongFields(json -> json.withObject("/packing").put("bos", true)))
                .containsExactly("packing.bos");
        assertThat(
                        wrongFields(
                                json ->
                                        json.withObject("/packing")
                                                .put("separator", "bos")
                                                .put("documents", "separate")))
                .containsExactly("packing.separator");
    }

    @Test
    void stillReadsWhatWasWrittenBefore() {
        assertThat(read(OLD_GOLDEN)).isEqualTo(read(GOLDEN));
    }

    @Test
    void namesEveryWrongFieldAtOnce() {
        // When
        List<String> wrong =
                wrongFields(
                        json -> {
                            json.put("run", "Demo!");
                            json.put("contextLength", 1);
                            json.put("activationType", "float8");
                            json.put("layers", 6);
                            object(json, "/languageModel").put("uri", "http://model");
                            object(json, "/tokenBlock").put("contexts", "eight");
                            object(json, "/evaluation").remove("contexts");
                            object(json, "/training").put("steps", 1.5).put("batchsize", 1);
                            json.withArray("sites").set(1, "layers.1.mlp");
                            object(json, "/recipes/0").put("learningRate", -1).put("seed", true);
                            object(json, "/recipes/0/schedule").put("warmupSteps", -1);
                            object(json, "/recipes/1").put("reconstructs", "mlp");
                            object(json, "/recipes/1/resampling").put("scheme", "today");
                        });

        // Then
        assertThat(wrong)
                .contains(
                        "run",
                        "languageModel.uri",
                        "contextLength",
                        "tokenBlock.contexts",
                        "activationType",
                        "evaluation.contexts",
                        "training.steps",
                        "training.batchsize",
                        "sites[1]",
                        "recipes[0].learningRate",
                        "recipes[0].seed",
                        "recipes[0].schedule.warmupSteps",
                        "recipes[1].reconstructs",
                        "recipes[1].resampling.scheme",
                        "layers");
    }

    @Test
    void namesEveryMissingFieldOfAnEmptySpec() {
        InvalidFieldsException thrown =
                catchThrowableOfType(InvalidFieldsException.class, () -> read("{}"));
        assertThat(thrown.errors())
                .filteredOn(error -> error.rule().equals(FieldError.MISSING))
                .extracting(FieldError::field)
                .containsExactly(
                        "run",
                        "languageModel.uri",
                        "contextLength",
                        "evaluation.contexts",
                        "training.steps",
                        "training.batchSize",
                        "training.bufferContexts");
        assertThat(thrown.errors()).extracting(FieldError::field).contains("sites", "recipes");
    }

    @ParameterizedTest
    @CsvSource({
        "training, training",
        "languageModel, languageModel",
        "recipes, recipes",
        "sites, sites"
    })
    void aFieldOfAnotherShapeIsNamed(String field, String expected) {
        assertThat(wrongFields(json -> json.put(field, 3))).contains(expected);
    }

    @Test
    void refusesSitesAndRecipesThatAreRepeated() {
        // When
        List<String> wrong =
                wrongFields(
                        json -> {
                            json.withArray("sites").add("layers.0.mlp.in");
                            object(json, "/recipes/1").put("name", "standard");
                        });

        // Then
        assertThat(wrong).containsExactly("sites", "recipes");
    }

    @Test
    void refusesASiteThatNoRecipeIsTrainedAt() {
        assertThat(
                        wrongFields(
                                json ->
                                        object(json, "/recipes/0")
                                                .withArray("sites")
                                                .add("layers.1.mlp.in")))
                .containsExactly("sites");
    }

    @Test
    void refusesARecipeAtASiteThatTheRunDoesNotHave() {
        assertThat(
                        wrongFields(
                                json ->
                                        object(json, "/recipes/1")
                                                .withArray("sites")
                                                .add("layers.7.mlp.in")))
                .containsExactly("recipes[1].sites");
    }

    @Test
    void refusesToReconstructTheEmbeddingFromALayer() {
        assertThat(wrongFields(json -> object(json, "/recipes/1").put("reconstructs", "embed")))
                .containsExactly("recipes[1].reconstructs");
    }

    @Test
    void refusesABufferWhoseHalfHoldsNoBatch() {
        assertThat(wrongFields(json -> object(json, "/training").put("bufferContexts", 7)))
                .containsExactly("training.bufferContexts");
    }

    private static final String POLICIES =
            """
            {"tokens":{"maxNormMultiple":10.0,"excludeSpecialTokens":true,\
            "positions":{"from":1,"to":129}},\
            "divergence":{"lossMultiple":4.0,"steps":30},\
            "earlyStop":{"window":100,"patience":3,"minRelativeImprovement":0.01,\
            "recipes":["standard"]}}""";

    private static void addPolicies(ObjectNode json) {
        object(json, "/training").setAll((ObjectNode) Json.tree(POLICIES.getBytes(UTF_8)));
    }

    @Test
    void readsWhichTokensAreTrainedOnAndWhenToStop() {
        // Given
        ObjectNode json = (ObjectNode) Json.tree(GOLDEN.getBytes(UTF_8));
        addPolicies(json);

        // When
        RunSpec spec = RunSpec.read(json);

        // Then
        assertThat(spec.training().tokens())
                .isEqualTo(new TokenFilter(Optional.of(10.0), true, new Positions(1, 129)));
        assertThat(spec.training().divergence()).isEqualTo(new DivergencePolicy(4, 30));
        assertThat(spec.training().earlyStop())
                .contains(new EarlyStopPolicy(100, 3, 0.01, List.of("standard")));
        assertThat(spec.trainedBlockRows()).isEqualTo(8 * 128);
        assertThat(spec.bufferRows()).isEqualTo(2048 * 128);
        assertThat(spec.trainingBlocks()).isEqualTo(950);
        assertThat(RunSpec.read(spec.toJson())).isEqualTo(spec);
    }

    @Test
    void roomInTheBufferIsForPositionsThatAreTrainedOn() {
        // 16 contexts of 128 rows: twice a batch of 1024
        assertThat(
                        wrongFields(
                                json -> {
                                    addPolicies(json);
                                    object(json, "/training").put("bufferContexts", 15);
                                }))
                .containsExactly("training.bufferContexts");
    }

    @Test
    void onlyWhatIsInABlockDecidesHowManyRowsAreLeft() {
        TokenFilter none = TokenFilter.none(8);
        TokenFilter half = new TokenFilter(Optional.empty(), false, new Positions(4, 8));

        assertThat(none.dependsOnContent()).isFalse();
        assertThat(half.dependsOnContent()).isFalse();
        assertThat(new TokenFilter(Optional.empty(), true, half.positions()).dependsOnContent())
                .isTrue();
        assertThat(new TokenFilter(Optional.of(9.0), false, half.positions()).dependsOnContent())
                .isTrue();
    }

    @Test
    void namesWhatIsWrongWithTheTokensThatAreTrainedOn() {
        assertThat(
                        wrongFields(
                                json ->
                                        object(json, "/training/tokens")
                                                .put("maxNormMultiple", 0.5)
                                                .put("excludeSpecialTokens", "bos")))
                .containsExactly(
                        "training.tokens.maxNormMultiple", "training.tokens.excludeSpecialTokens");
        assertThat(
                        wrongFields(
                                json ->
                                        object(json, "/training/tokens/positions")
                                                .put("from", 129)
                                                .put("to", 129)))
                .contains("training.tokens.positions.to");
        assertThat(wrongFields(json -> object(json, "/training/tokens/positions").put("to", 257)))
                .contains("training.tokens.positions.to");
    }

    @Test
    void namesWhatIsWrongWithWhenADictionaryStops() {
        // When
        List<String> wrong =
                wrongFields(
                        json -> {
                            addPolicies(json);
                            object(json, "/training/divergence").put("lossMultiple", 0);
                            object(json, "/training/divergence").put("steps", 0);
                            object(json, "/training/earlyStop").remove("window");
                            object(json, "/training/earlyStop").put("patience", 0);
                            object(json, "/training/earlyStop").put("minRelativeImprovement", -1);
                            object(json, "/training/earlyStop").withArray("recipes").add("other");
                        });

        // Then
        assertThat(wrong)
                .containsExactlyInAnyOrder(
                        "training.divergence.lossMultiple",
                        "training.divergence.steps",
                        "training.earlyStop.window",
                        "training.earlyStop.patience",
                        "training.earlyStop.minRelativeImprovement",
                        "training.earlyStop.recipes");
    }

    @Test
    void earlyStopIsForAllRecipesUnlessItNamesSome() {
        assertThat(new EarlyStopPolicy(1, 1, 0, List.of()).appliesTo("any")).isTrue();
        assertThat(new EarlyStopPolicy(1, 1, 0, List.of("a")).appliesTo("a")).isTrue();
        assertThat(new EarlyStopPolicy(1, 1, 0, List.of("a")).appliesTo("b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 950})
    void refusesADecayThatStartsBeforeWarmUpEndsOrAfterTheRun(int start) {
        assertThat(
                        wrongFields(
                                json ->
                                        object(json, "/recipes/0/schedule")
                                                .put("decayStart", start)))
                .containsExactly("recipes[0].schedule.decayStart");
    }

    @Test
    void refusesDecayTogetherWithResampling() {
        assertThat(wrongFields(json -> object(json, "/recipes/1/schedule").put("decayStart", 10)))
                .containsExactly("recipes[1].schedule.decayStart");
    }

    @Test
    void refusesATokenBlockThatFitsNoRecord() {
        assertThat(wrongFields(json -> object(json, "/tokenBlock").put("contexts", 1 << 13)))
                .contains("tokenBlock.contexts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a-1", "0", "abcdefghij-abcdefghij"})
    void namesThatCanBeTopicsAndPrefixesAreTaken(String name) {
        assertThat(Names.check(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a/b", "a_b", "a\n"})
    void otherNamesAreNot(String name) {
        assertThat(wrongFields(json -> json.put("run", name))).containsExactly("run");
    }

    @Test
    void takesWholeNumbersWithAPointAndWhatEditorsAdd() {
        // Given
        ObjectNode json = (ObjectNode) Json.tree(GOLDEN.getBytes(UTF_8));
        json.put("$schema", "http://localhost:8083/schemas/run-spec");
        json.put("contextLength", 256.0);
        object(json, "/training").put("seed", 0.0).putNull("earlyStop");
        object(json, "/recipes/0").put("dictionarySize", 2048.0);

        // Then
        assertThat(RunSpec.read(json)).isEqualTo(read(GOLDEN));
    }

    @Test
    void rulesAcrossFieldsAreCheckedOnWhateverIsValid() {
        // When
        List<String> wrong =
                wrongFields(
                        json -> {
                            json.put("contextLength", "long");
                            json.withArray("sites").add("layers.0.mlp.in");
                            json.withArray("recipes").add(3);
                            object(json, "/recipes/0/schedule").put("decayStart", 950);
                            object(json, "/recipes/1").put("reconstructs", "mlp.in");
                        });

        // Then
        assertThat(wrong)
                .containsExactly(
                        "contextLength",
                        "recipes[2]",
                        "sites",
                        "recipes[0].schedule.decayStart",
                        "recipes[1].reconstructs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "1e30", "99999999999999999999", "7.5", "true", "\"7\"", "[]"})
    void namesWhatIsNoWholeNumberInRange(String number) {
        String json = LEAST.replace("\"contextLength\": 16", "\"contextLength\": " + number);
        InvalidFieldsException thrown =
                catchThrowableOfType(InvalidFieldsException.class, () -> read(json));
        assertThat(thrown.errors()).extracting(FieldError::field).containsExactly("contextLength");
        assertThat(thrown.errors().getFirst().message()).contains("expected=", "found=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{\"run\": NaN}", "{\"run\": 1, \"run\": 2}"})
    void namesADocumentThatIsNoObject(String json) {
        InvalidFieldsException thrown =
                catchThrowableOfType(InvalidFieldsException.class, () -> read(json));
        assertThat(thrown.errors()).extracting(FieldError::field).containsExactly("(whole)");
    }

    @Test
    void aDayForTemplatesIsADayAndBelongsToChats() {
        assertThat(
                        wrongFields(
                                json ->
                                        json.putObject("documents")
                                                .put("chat", "messages")
                                                .put("date", "2026-13-01")))
                .containsExactly("documents.date");
        assertThat(
                        wrongFields(
                                json ->
                                        json.putObject("documents")
                                                .put("text", "{a}")
                                                .put("date", "2026-11-27")))
                .containsExactly("documents.date");
        RunSpec spec =
                read(
                        LEAST.replace(
                                "\"contextLength\"",
                                "\"documents\": {\"chat\": \"messages\", \"date\": \"2026-11-27\"},"
                                        + " \"contextLength\""));
        assertThat(RunSpec.read(spec.toJson())).isEqualTo(spec);
    }
}
