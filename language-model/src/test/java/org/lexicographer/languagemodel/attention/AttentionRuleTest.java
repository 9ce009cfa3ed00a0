package org.lexicographer.languagemodel.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.forward.Positions;
import org.lexicographer.languagemodel.kernel.AttentionKernel.HeadColumns;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Input;
import org.lexicographer.languagemodel.layer.SoftCap;
import org.lexicographer.languagemodel.program.FusedAttention;

@Tag("lanes")
class AttentionRuleTest {

    private static final int HEADS = 4;
    private static final int KEY_HEADS = 2;
    private static final int HEAD_DIM = 3;
    private static final double SCALE = 0.7;

    /** Sums of some hundred products in float32, of values of about one. */
    private static final Offset<Float> ROUNDING = within(1e-5f);

    private final Random random = new Random(1);

    private float[] values(int heads, int length) {
        float[] values = new float[heads * length * HEAD_DIM];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** The definition, position by position. */
    private static double[] expected(
            AttentionRule rule, float[][] queriesKeysValues, int length, int head, int position) {
        int group = head / (HEADS / KEY_HEADS);
        int first = Math.max(0, position - rule.window() + 1);
        double[] weights = new double[position + 1];
        double sum = 0;
        for (int seen = first; seen <= position; seen++) {
            double score = 0;
            for (int e = 0; e < HEAD_DIM; e++) {
                score +=
                        queriesKeysValues[0][(head * length + position) * HEAD_DIM + e]
                                * queriesKeysValues[1][(group * length + seen) * HEAD_DIM + e];
            }
            score *= rule.scale();
            double bound = rule.softCap().map(SoftCap::bound).orElse(Double.NaN);
            weights[seen] =
                    Math.exp(Double.isNaN(bound) ? score : bound * Math.tanh(score / bound));
            sum += weights[seen];
        }
        double[] mixed = new double[HEAD_DIM];
        for (int seen = first; seen <= position; seen++) {
            for (int e = 0; e < HEAD_DIM; e++) {
                mixed[e] +=
                        weights[seen]
                                / sum
                                * queriesKeysValues[2][(group * length + seen) * HEAD_DIM + e];
            }
        }
        return mixed;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0",
        "40, 1, 0",
        "40, 5, 0",
        "40, 39, 2",
        "40, 40, 0",
        "300, 7, 0",
        "300, 256, 0",
        "300, 299, 1.5",
        "513, 300, 0",
        "300, 2147483647, 0",
        "600, 2147483647, 3"
    })
    void mixesWhatEachPositionMaySee(int length, int window, double cap) {
        // Given
        AttentionRule rule =
                new AttentionRule(
                        SCALE, window, cap == 0 ? Optional.empty() : Optional.of(new SoftCap(cap)));
        float[][] given = {
            values(HEADS, length), values(KEY_HEADS, length), values(KEY_HEADS, length)
        };

        // When
        float[] mixed;
        float[] mixedByKernel;
        try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
            Input heads =
                    Input.of(
                            columns(scope.create(given[0]), HEADS),
                            columns(scope.create(given[1]), KEY_HEADS),
                            columns(scope.create(given[2]), KEY_HEADS),
                            HEAD_DIM);
            mixedByKernel = rule.mix(heads).toFloatArray();
            NDArray array =
                    rule.mix(
                            heads,
                            new Positions(scope, length),
                            FusedAttention.compile(scope)); // (1, T, H * E)
            assertThat(array.getShape()).isEqualTo(new Shape(1, length, HEADS * HEAD_DIM));
            mixed = array.toFloatArray();
        }

        // Then
        for (int position = 0; position < length; position++) {
            for (int head = 0; head < HEADS; head++) {
                double[] expected = expected(rule, given, length, head, position);
                for (int e = 0; e < HEAD_DIM; e++) {
                    assertThat(mixed[(position * HEADS + head) * HEAD_DIM + e])
                            .isCloseTo((float) expected[e], ROUNDING);
                    assertThat(mixedByKernel[(position * HEADS + head) * HEAD_DIM + e])
                            .isCloseTo((float) expected[e], ROUNDING);
                }
            }
        }
    }

    private static HeadColumns columns(NDArray heads, int count) {
        NDArray sideBySide =
                heads.reshape(1, count, -1, HEAD_DIM)
                        .transpose(0, 2, 1, 3)
                        .reshape(1, -1, count * HEAD_DIM); // (1, T, count * E)
        return new HeadColumns(sideBySide, count, 0, HEAD_DIM);
    }

    @Test
    void rejectsAWindowWithoutThePositionItself() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttentionRule(1, 0, Optional.empty()))
                .withMessage("window must be positive: window=0");
    }
}
