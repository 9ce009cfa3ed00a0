package org.lexicographer.trainer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.trainer.stream.SiteActivations;

class NormFilterTest {

    private static boolean[] kept(double multiple, List<Integer> dims, float... values) {
        int width = dims.stream().mapToInt(Integer::intValue).sum();
        return new NormFilter(multiple)
                .kept(new SiteActivations(0, values.length / width, 0, dims, values));
    }

    @Test
    void leavesOutNormsAboveTheMultipleOfTheMedian() {
        // Norms 5, 1, 2, 10.5, 10: the median is 5, twice of it 10.
        assertThat(kept(2, List.of(2), 3, -4, 1, 0, 0, 2, 10.5f, 0, 6, 8))
                .containsExactly(true, true, true, false, true);
    }

    @Test
    void theMedianOfAnEvenNumberIsTheLowerOne() {
        // 1, 2, 3, 4: the lower median is 2, and 4 is above 1.75 times 2.
        assertThat(kept(1.75, List.of(1), 4, 2, 1, 3)).containsExactly(false, true, true, true);
    }

    @Test
    void aRowLeftOutAtOneSiteIsLeftOutAtAll() {
        // Two sites of width 1: row 0 is large at the second, row 2 at the first.
        assertThat(kept(3, List.of(1, 1), 1, 9, 1, 1, 9, 1, 1, 1, 1, 1))
                .containsExactly(false, true, false, true, true);
    }

    @Test
    void eachSiteHasAMedianOfItsOwn() {
        // The second site is a hundred times as large as the first.
        assertThat(kept(3, List.of(1, 1), 1, 100, 2, 200, 1, 100))
                .containsExactly(true, true, true);
    }

    @Test
    void leavesOutWhatIsNotANumber() {
        assertThat(kept(3, List.of(1), 1, Float.NaN, 1, Float.POSITIVE_INFINITY, 1))
                .containsExactly(true, false, true, false, true);
    }

    @Test
    void takesABlockWithoutRows() {
        assertThat(kept(3, List.of(1))).isEmpty();
    }
}
