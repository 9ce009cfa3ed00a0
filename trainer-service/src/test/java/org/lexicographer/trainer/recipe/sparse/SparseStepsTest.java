package org.lexicographer.trainer.recipe.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.trainer.recipe.kernel.Workers;
import org.lexicographer.trainer.recipe.sparse.TrainedDictionary.Selected;

class SparseStepsTest {

    private static final int WIDTH = 20;

    /** More than two blocks, the last one not full. */
    private static final int LATENTS = 141;

    /** More than two tiles, the last one not full. */
    private static final int ROWS = 2 * 96 + 11;

    private static final int STEPS = 8;

    @ParameterizedTest
    @CsvSource({
        "ALL_POSITIVE, 0",
        "ALL_POSITIVE, 1",
        "LARGEST_OF_ROW, 0",
        "LARGEST_OF_ROW, 1",
        "LARGEST_OF_BATCH, 1"
    })
    void threadsDoNotChangeTheBits(Selected selected, double maxNorm) {
        List<float[]> alone = trained(1, selected, maxNorm);

        for (int threads : new int[] {2, 8}) {
            List<float[]> shared = trained(threads, selected, maxNorm);
            for (int i = 0; i < alone.size(); i++) {
                assertThat(shared.get(i)).isEqualTo(alone.get(i));
            }
        }
    }

    private static List<float[]> trained(int threads, Selected selected, double maxNorm) {
        TrainedDictionary dictionary =
                new TrainedDictionary(new Workers(threads), selected, maxNorm, WIDTH, LATENTS);
        for (int step = 0; step < STEPS; step++) {
            dictionary.step(dictionary.batch(ROWS, WIDTH));
            assertThat(dictionary.activeLatents()).isPositive();
        }
        return dictionary.state();
    }
}
