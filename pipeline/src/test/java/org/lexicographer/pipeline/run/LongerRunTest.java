package org.lexicographer.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;

class LongerRunTest {

    private static RunSpec of(int steps, String... recipes) {
        return RunSpec.read(
                """
                {"run": "a", "languageModel": {"uri": "file:/model"}, "contextLength": 16,
                 "evaluation": {"contexts": 1},
                 "training": {"steps": %d, "batchSize": 64, "bufferContexts": 16},
                 "sites": ["embed"], "recipes": [%s]}
                """
                        .formatted(steps, String.join(",", recipes))
                        .getBytes(UTF_8));
    }

    private static String recipe(String type, String settings) {
        return """
        {"type": "%s", "name": "%s", "dictionarySize": 8, "learningRate": 0.001, %s}
        """
                .formatted(type, type.toLowerCase(Locale.ROOT), settings);
    }

    private static final String STANDARD = recipe("standard", "\"sparsityPenalty\": 0.1");

    private static List<FieldError> refused(RunSpec spec, int steps) {
        InvalidFieldsException thrown =
                catchThrowableOfType(InvalidFieldsException.class, () -> LongerRun.of(spec, steps));
        assertThat(thrown).isNotNull();
        return thrown.errors();
    }

    @Test
    void nothingButTheStepsChanges() {
        RunSpec spec = of(20, STANDARD, recipe("topK", "\"k\": 2, \"thresholdStart\": 5"));

        assertThat(LongerRun.of(spec, 40)).isEqualTo(spec.withSteps(40));
    }

    @ParameterizedTest
    @CsvSource({"20", "19", "0"})
    void onlyMoreStepsAreMore(int steps) {
        assertThat(refused(of(20, STANDARD), steps))
                .extracting(FieldError::field, FieldError::message)
                .containsExactly(
                        tuple(
                                "steps",
                                "not more than the run has: expected=above steps=20, found="
                                        + steps));
    }

    @Test
    void aLearningRateThatFallsTowardsTheLastStepIsNamed() {
        String falling =
                recipe("standard", "\"sparsityPenalty\": 0.1, \"schedule\": {\"decayStart\": 15}");

        assertThat(LongerRun.obstacles(of(20, STANDARD))).isEmpty();
        assertThat(refused(of(20, recipe("topK", "\"k\": 2, \"thresholdStart\": 5"), falling), 40))
                .containsExactly(
                        FieldError.of(
                                "recipes[1].schedule.decayStart",
                                "learning rate falls towards the last step, steps=20",
                                "no decay",
                                15));
    }

    /** A longer run would have had another one from its first step on. */
    @Test
    void defaultsThatFollowFromTheStepsAreNamed() {
        String anneal = "\"sparsityPenalty\": 0.1, \"anneal\": {\"start\": 2, \"pEnd\": 0.5}";

        assertThat(refused(of(20, recipe("batchTopK", "\"k\": 2")), 40))
                .extracting(FieldError::field, error -> error.expected().orElseThrow())
                .containsExactly(tuple("recipes[0].thresholdStart", "20"));
        assertThat(refused(of(20, recipe("pAnneal", anneal)), 40))
                .extracting(FieldError::field, error -> error.expected().orElseThrow())
                .containsExactly(tuple("recipes[0].anneal.end", "39"));
    }

    @Test
    void defaultsThatNoLongerFollowFromThemAreNoObstacle() {
        RunSpec spec = of(2_000, recipe("batchTopK", "\"k\": 2"));

        assertThat(LongerRun.of(spec, 4_000)).isEqualTo(spec.withSteps(4_000));
    }

    @Test
    void anAnnealThatIsOverWhenItsSettingSaysIsNoObstacle() {
        String anneal =
                "\"sparsityPenalty\": 0.1, \"anneal\": {\"start\": 2, \"end\": 15, \"pEnd\": 0.5}";
        RunSpec spec = of(20, recipe("pAnneal", anneal));

        assertThat(LongerRun.of(spec, 40)).isEqualTo(spec.withSteps(40));
    }
}
