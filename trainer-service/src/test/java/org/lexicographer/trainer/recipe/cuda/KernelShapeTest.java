package org.lexicographer.trainer.recipe.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelShapeTest {

    private static final int LATENTS = 16_384;

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 128, 512, 640, 768, 2_304, 3_072, 4_096, 5_120})
    void widthsOfReleasedModelsHaveBlocksOfWholeWarps(int width) {
        KernelShape shape = KernelShape.of(LATENTS, width, width).orElseThrow();

        assertThat(shape.threads() % 32).isZero();
        assertThat(shape.threads()).isBetween(256, 640);
    }

    @Test
    void whatKernelsDoNotTakeHasNoShape() {
        assertThat(KernelShape.of(LATENTS, 512, 768)).as("two widths").isEmpty();
        assertThat(KernelShape.of(LATENTS, 516, 516)).as("not by 8").isEmpty();
        assertThat(KernelShape.of(LATENTS + 1, 512, 512)).as("latents not by 8").isEmpty();
        assertThat(KernelShape.of(131_080, 512, 512)).as("too many latents").isEmpty();
        assertThat(KernelShape.of(LATENTS, 8_192, 8_192)).as("too wide").isEmpty();
    }

    @Test
    void everyLatentOfARowHasAThread() {
        for (int latents : new int[] {8, 16_384, 16_392, 32_768, 65_536, 131_072}) {
            int selectors = KernelShape.of(latents, 512, 512).orElseThrow().selectors();

            assertThat(selectors % 32).isZero();
            assertThat((long) selectors * 16 * 8).isGreaterThanOrEqualTo(latents);
        }
    }

    @Test
    void sumsOfPrefixesAreFloatsAtAllThreads() {
        KernelShape shape = KernelShape.of(LATENTS, 512, 512).orElseThrow();

        assertThat(shape.prefixBytes(5)).isEqualTo(5 * 4 * 512 * Float.BYTES);
    }

    @Test
    void theTextOfKernelsIsThere() {
        assertThat(KernelModule.text())
                .contains(
                        "chooseOfRow",
                        "chooseOfBatch",
                        "reconstruct",
                        "reconstructPrefixes",
                        "gradients",
                        "slopesOfPowers",
                        "moveRows");
    }
}
