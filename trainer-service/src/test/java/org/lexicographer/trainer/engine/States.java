package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.TensorSource;

/** Compares saved states of a recipe whose steps were taken in different ways. */
final class States {

    /** The ways add the same float32 products in other orders. Losses are of size 10. */
    static final double ROUNDING = 1e-5;

    /**
     * Adam divides by the root of this moment: where gradients were below 1e-4, it turns a rounding
     * of 1e-8 into more than {@link #ROUNDING}.
     */
    private static final float SMALL_SECOND_MOMENT = 1e-11f;

    private States() {}

    static int compare(double a, double b) {
        return Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(b)) ? 0 : Double.compare(a, b);
    }

    /** Weights, moments and thresholds nearly, counters exactly. */
    static void assertAgree(TensorSource ours, TensorSource theirs, double learningRate) {
        assertThat(ours.names()).isEqualTo(theirs.names());
        for (String name : theirs.names()) {
            if (theirs.entry(name).type() != SafetensorsType.F32) {
                assertCountersAgree(name, ours, theirs);
            } else if (name.endsWith("Moment") || name.equals("silentSteps")) {
                assertClose(name, ours.floats(name), theirs.floats(name));
            } else {
                assertWeightsAgree(name, ours, theirs, learningRate);
            }
        }
    }

    /** Element by element: a comparison of lists looks for each element among all others. */
    private static void assertClose(String name, float[] found, float[] expected) {
        assertThat(found).as(name).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(found[i] - expected[i]) <= ROUNDING)) {
                assertThat(found[i])
                        .as("%s[%d]", name, i)
                        .isCloseTo(expected[i], within((float) ROUNDING));
            }
        }
    }

    private static void assertCountersAgree(String name, TensorSource ours, TensorSource theirs) {
        if (name.equals("threshold")) {
            assertThat(compare(threshold(ours), threshold(theirs))).as(name).isZero();
        } else if (name.equals("anneal") || name.equals("annealWindow")) {
            long[] found = ours.longs(name);
            long[] expected = theirs.longs(name);
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < found.length; i++) {
                assertThat(compare(value(found[i]), value(expected[i]))).as(name).isZero();
            }
        } else {
            assertThat(ours.longs(name)).as(name).isEqualTo(theirs.longs(name));
        }
    }

    /** Norms are doubles' bits; a count of updates stays what it is. */
    private static double value(long bits) {
        return bits < 1 << 20 ? bits : Double.longBitsToDouble(bits);
    }

    private static void assertWeightsAgree(
            String name, TensorSource ours, TensorSource theirs, double learningRate) {
        float[] found = ours.floats(name);
        float[] expected = theirs.floats(name);
        float[] moment = theirs.floats(name + ".secondMoment");
        for (int i = 0; i < expected.length; i++) {
            boolean small = moment[i] > 0 && moment[i] < SMALL_SECOND_MOMENT;
            float bound = (float) (small ? 2 * learningRate : ROUNDING);
            if (!(Math.abs(found[i] - expected[i]) <= bound)) {
                assertThat(found[i]).as("%s[%d]", name, i).isCloseTo(expected[i], within(bound));
            }
        }
    }

    private static double threshold(TensorSource tensors) {
        return Float.intBitsToFloat((int) tensors.longs("threshold")[0]);
    }
}
