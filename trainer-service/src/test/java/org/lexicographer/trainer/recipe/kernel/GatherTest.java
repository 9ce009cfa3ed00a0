package org.lexicographer.trainer.recipe.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.update.AdamStep;

/** Each loop gives, to the last bit, what its definition says, one element after another. */
@Tag("lanes")
class GatherTest {

    private static final int ROWS = 5;
    private static final int MOST_TERMS = 23;

    private final SplittableRandom random = new SplittableRandom(1);

    private Rows drawn(int count, int width) {
        Rows rows = Rows.allocate(count, width);
        for (int i = 0; i < count * width; i++) {
            rows.set(0, i, (float) random.nextGaussian());
        }
        return rows;
    }

    private static float[] elements(Rows rows) {
        float[] elements = new float[rows.count() * rows.width()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = rows.get(0, i);
        }
        return elements;
    }

    private static Rows copy(Rows rows) {
        Rows copy = Rows.allocate(rows.count(), rows.width());
        copy.memory().copyFrom(rows.memory());
        return copy;
    }

    /** Widths that are whole vectors, pairs of vectors, less than one, and neither. */
    @ParameterizedTest
    @CsvSource({"1, 23", "7, 8", "16, 12", "24, 3", "64, 0", "150, 23", "149, 21"})
    void addsRowsInTheOrderOfTerms(int width, int terms) {
        Rows matrix = drawn(ROWS, width);
        Rows sums = drawn(2, width);
        Rows expected = copy(sums);
        int[] rows = random.ints(MOST_TERMS, 0, ROWS).toArray();
        float[] numbers = numbers();
        for (int column = 0; column < width; column++) {
            float sum = sums.get(1, column);
            for (int n = 0; n < terms; n++) {
                sum = Math.fma(numbers[n], matrix.get(rows[n], column), sum);
            }
            expected.set(1, column, sum);
        }

        Gather.addRows(sums, 1, matrix, new Terms().of(rows, numbers).between(0, terms));

        assertThat(elements(sums)).isEqualTo(elements(expected));
    }

    private float[] numbers() {
        float[] numbers = new float[MOST_TERMS];
        for (int n = 0; n < MOST_TERMS; n++) {
            numbers[n] = (float) random.nextGaussian();
        }
        return numbers;
    }

    @ParameterizedTest
    @CsvSource({"1, 23", "7, 8", "16, 12", "24, 3", "64, 0", "150, 23", "149, 21"})
    void addsScalarProducts(int width, int terms) {
        Rows matrix = drawn(ROWS, width);
        Rows left = drawn(2, width);
        int[] rows = random.ints(MOST_TERMS, 0, ROWS).toArray();
        float[] numbers = numbers();
        float[] expected = numbers.clone();
        for (int n = 0; n < terms; n++) {
            expected[n] += dot(left, 1, matrix, rows[n]);
        }

        Gather.addDots(left, 1, matrix, new Terms().of(rows, numbers).between(0, terms));

        assertThat(numbers).isEqualTo(expected);
    }

    private static float dot(Rows left, int leftRow, Rows right, int rightRow) {
        int group = 2 * Lanes.COUNT;
        int whole = left.width() / group * group;
        float[] sums = new float[group];
        for (int k = 0; k < whole; k++) {
            sums[k % group] =
                    Math.fma(left.get(leftRow, k), right.get(rightRow, k), sums[k % group]);
        }
        for (int half = Lanes.COUNT; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                sums[i] += sums[i + half];
            }
        }
        float rest = 0;
        for (int k = whole; k < left.width(); k++) {
            rest = Math.fma(left.get(leftRow, k), right.get(rightRow, k), rest);
        }
        return sums[0] + rest;
    }

    @ParameterizedTest
    @CsvSource({"1", "16", "37"})
    void movesByAdam(int width) {
        AdamStep step = AdamStep.of(0.1, 3);
        Rows gradient = drawn(2, width);
        TrainedRows parameter = new TrainedRows(drawn(3, width), drawn(3, width), drawn(3, width));
        for (int k = 0; k < width; k++) {
            float second = parameter.secondMoment().get(2, k);
            parameter.secondMoment().set(2, k, second * second);
        }
        TrainedRows expected =
                new TrainedRows(
                        copy(parameter.value()),
                        copy(parameter.firstMoment()),
                        copy(parameter.secondMoment()));
        for (int k = 0; k < width; k++) {
            move(expected, k, gradient.get(1, k), step);
        }

        AdamLoop.move(parameter, 2, gradient, 1, step);

        assertThat(elements(parameter.value())).isEqualTo(elements(expected.value()));
        assertThat(elements(parameter.firstMoment())).isEqualTo(elements(expected.firstMoment()));
        assertThat(elements(parameter.secondMoment())).isEqualTo(elements(expected.secondMoment()));
    }

    private static void move(TrainedRows parameter, int k, float g, AdamStep step) {
        float m =
                Math.fma(parameter.firstMoment().get(2, k), step.beta1(), g * step.oneMinusBeta1());
        float v =
                Math.fma(
                        parameter.secondMoment().get(2, k),
                        AdamStep.BETA2,
                        g * g * AdamStep.ONE_MINUS_BETA2);
        float root = (float) Math.sqrt(v) / step.rootCorrection() + AdamStep.EPSILON;
        parameter.firstMoment().set(2, k, m);
        parameter.secondMoment().set(2, k, v);
        parameter.value().set(2, k, parameter.value().get(2, k) - m * step.stepSize() / root);
    }
}
