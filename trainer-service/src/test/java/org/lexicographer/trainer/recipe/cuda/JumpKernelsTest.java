package org.lexicographer.trainer.recipe.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.trainer.recipe.cuda.JumpKernels.Slopes;
import org.lexicographer.trainer.recipe.cuda.JumpKernels.Thresholds;

/** Compares passes around thresholds with whole arrays; needs a GPU. */
@EnabledIf("org.lexicographer.trainer.recipe.cuda.Gpus#areThere")
class JumpKernelsTest {

    private static final int ROWS = 150;
    private static final float BANDWIDTH = 0.4f;

    private GpuArrays gpu;

    @BeforeEach
    void open() {
        gpu = new GpuArrays();
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    private static NDArray number(NDArray condition) {
        return condition.toType(DataType.FLOAT32, true);
    }

    private static NDArray window(NDArray values, NDArray theta) {
        return number(values.sub(theta).div(BANDWIDTH).abs().lt(0.5f)); // (B, F)
    }

    /** Thresholds of both signs: where they are negative, what is closed is above them at 0. */
    @ParameterizedTest
    @CsvSource({"64, true", "3000, true", "64, false", "3000, false"})
    void openLatentsAndSlopesAreThoseOfWholeArrays(int latents, boolean countsOpen) {
        JumpKernels kernels = new JumpKernels(gpu.kernels(latents, 16));
        NDArray low = gpu.narrow(gpu.normal(ROWS, latents)); // (B, F)
        NDArray p = gpu.widen(low); // (B, F)
        NDArray theta = gpu.normal(latents).mul(0.5); // (F)
        NDArray f = gpu.narrow(gpu.floats(ROWS, latents)); // (B, F)
        NDArray product = gpu.narrow(gpu.normal(ROWS, latents)); // (B, F)
        NDArray wide = gpu.widen(product); // (B, F)
        int blocks = PositiveKernels.slopeBlocks(ROWS);
        Slopes found =
                new Slopes(
                        gpu.floats(blocks, latents),
                        gpu.floats(blocks, latents),
                        gpu.ints(3, latents));

        kernels.open(low, theta, f);
        kernels.differentiate(product, low, new Thresholds(theta, BANDWIDTH, countsOpen), found);

        NDArray open = number(p.gt(theta)); // (B, F)
        NDArray kept = p.mul(open); // (B, F)
        NDArray counted = countsOpen ? kept : p; // (B, F)
        double exact = 0;
        GpuArrays.assertNear("f", kept, gpu.widen(f), exact);
        GpuArrays.assertNear("dL/dp", wide.mul(open), gpu.widen(product), exact);
        assertSums("sums", wide.mul(open), found.sums());
        assertSums("jumps", wide.mul(window(p, theta)), found.jumps());
        assertCounts(window(counted, theta), found.counts().get(0));
        assertCounts(number(counted.gt(theta)), found.counts().get(1));
        assertCounts(number(kept.gt(0)), found.counts().get(2));
    }

    private static void assertSums(String name, NDArray expected, NDArray found) {
        GpuArrays.assertNear(
                name, expected.sum(new int[] {0}), found.sum(new int[] {0}), GpuArrays.ROUNDING);
    }

    private static void assertCounts(NDArray expected, NDArray found) {
        assertThat(found.toType(DataType.FLOAT32, true).toFloatArray())
                .isEqualTo(expected.sum(new int[] {0}).toFloatArray());
    }
}
