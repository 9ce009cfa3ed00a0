package org.lexicographer.trainer.recipe.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RowSamplerTest {

    private static final double[] WEIGHTS = {1, 0, 3, 4};
    private static final int DRAWS = 20_000;

    /** Six standard deviations of a share of 20,000 draws; the draws are fixed by the seed. */
    private static final Offset<Double> SPREAD = within(0.02);

    @Test
    void drawsWithReplacementInProportionToTheWeights() {
        int[] rows = new RowSampler(1, 2).withReplacement(WEIGHTS, DRAWS);

        assertThat(share(rows, 0)).isCloseTo(1 / 8.0, SPREAD);
        assertThat(share(rows, 1)).isZero();
        assertThat(share(rows, 2)).isCloseTo(3 / 8.0, SPREAD);
        assertThat(share(rows, 3)).isCloseTo(4 / 8.0, SPREAD);
    }

    @Test
    void drawsFirstWithoutReplacementInProportionToTheWeights() {
        int[] first = new int[DRAWS];
        for (int step = 0; step < DRAWS; step++) {
            first[step] = new RowSampler(1, step).withoutReplacement(WEIGHTS, 2)[0];
        }

        assertThat(share(first, 0)).isCloseTo(1 / 8.0, SPREAD);
        assertThat(share(first, 2)).isCloseTo(3 / 8.0, SPREAD);
        assertThat(share(first, 3)).isCloseTo(4 / 8.0, SPREAD);
    }

    @Test
    void drawsDifferentRowsWithoutReplacement() {
        assertThat(new RowSampler(1, 2).withoutReplacement(WEIGHTS, 4))
                .containsExactlyInAnyOrder(0, 2, 3);
    }

    @Test
    void drawsNothingWhereNothingHasWeight() {
        assertThat(new RowSampler(1, 2).withReplacement(new double[3], 5)).isEmpty();
        assertThat(new RowSampler(1, 2).withoutReplacement(new double[3], 5)).isEmpty();
    }

    private static double share(int[] rows, int row) {
        return (double) Arrays.stream(rows).filter(r -> r == row).count() / rows.length;
    }
}
