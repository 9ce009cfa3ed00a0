package org.lexicographer.trainer.recipe.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.ReconstructionLoss;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;

class VectorKernelTest {

    private static final int ROWS = 19;
    private static final int STEPS = 5;

    /** Widths that are whole vectors, blocks of vectors, less than one, and neither. */
    @ParameterizedTest
    @CsvSource({
        "16, 16, L1",
        "3, 3, L1",
        "37, 37, ENTROPY",
        "128, 128, L1",
        "150, 150, L1",
        "300, 21, L1"
    })
    void givesTheBitsOfItsDefinition(int input, int output, Penalty penalty) {
        VectorKernel vectors = new VectorKernel();

        assertThat(trained(vectors, input, output, penalty))
                .isEqualTo(trained(new ScalarKernel(vectors.lanes()), input, output, penalty));
    }

    /** Returns all state after a few steps, which go through every kernel. */
    private static byte[] trained(RowKernel kernel, int input, int output, Penalty penalty) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Recipe recipe =
                    Recipe.start(
                            manager,
                            StandardRecipes.spec(ReconstructionLoss.SUM, penalty, 0.1),
                            StandardRecipes.sparseWeights(input, output),
                            STEPS,
                            Optional.of(new SparsePlan(kernel, 1)));
            for (int step = 0; step < STEPS; step++) {
                NDArray inputs = StandardRecipes.batch(manager, step, ROWS, input); // (B, D)
                NDArray targets =
                        StandardRecipes.batch(manager, 100 + step, ROWS, output); // (B, Dout)
                assertThat(recipe.stepAndReport(inputs, targets).l0()).isPositive();
            }
            return StandardRecipes.state(recipe);
        }
    }
}
