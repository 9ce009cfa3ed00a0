package org.lexicographer.trainer.recipe.topk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.TopKSelection.Threshold;

class LearnedThresholdTest {

    /** A few float32 products of numbers of size 1. */
    private static final float ROUNDING = 1e-6f;

    private static LearnedThreshold threshold(Compatibility compatibility) {
        return new LearnedThreshold(new Threshold(0.5, 1), compatibility);
    }

    private static void learn(LearnedThreshold threshold, double... smallest) {
        for (int step = 0; step < smallest.length; step++) {
            if (threshold.learnsAt(step)) {
                threshold.learn(step, OptionalDouble.of(smallest[step]));
            }
        }
    }

    @Test
    void isTheLastStepsBeforeTheStartAndAMeanAfterIt() {
        LearnedThreshold threshold = threshold(Compatibility.PAPER);

        learn(threshold, 9, 7);
        assertThat(threshold.value()).isEqualTo(7);

        learn(threshold, 9, 7, 1, 3);
        assertThat(threshold.value()).isCloseTo(2, within(ROUNDING));
    }

    @Test
    void isUnknownUpToTheStartAsInTheTool() {
        LearnedThreshold threshold = threshold(Compatibility.DICTIONARY_LEARNING);

        learn(threshold, 9, 7);
        assertThat(threshold.value()).isNegative();

        learn(threshold, 9, 7, 1, 3);
        assertThat(threshold.value()).isCloseTo(2, within(ROUNDING));
    }

    @Test
    void passesOverStepsWithoutActiveLatents() {
        LearnedThreshold threshold = threshold(Compatibility.PAPER);
        learn(threshold, 9, 7, 1);

        threshold.learn(3, OptionalDouble.empty());

        assertThat(threshold.value()).isEqualTo(1);
    }
}
