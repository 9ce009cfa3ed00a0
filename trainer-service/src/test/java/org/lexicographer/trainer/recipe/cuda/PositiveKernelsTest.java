package org.lexicographer.trainer.recipe.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Errors;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.PowerSlope;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Slopes;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Targets;

/** Compares passes between products with whole arrays; needs a GPU. */
@EnabledIf("org.lexicographer.trainer.recipe.cuda.Gpus#areThere")
class PositiveKernelsTest {

    private static final int ROWS = 150;

    /** bfloat16 keeps 8 bits, the first of which is not stored. */
    private static final double BFLOAT16_STEP = 1.0 / 256;

    private GpuArrays gpu;

    @BeforeEach
    void open() {
        gpu = new GpuArrays();
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 640, 2_304})
    void errorsAreThoseOfWholeArrays(int width) {
        PositiveKernels kernels = new PositiveKernels(gpu.kernels(64, width));
        NDArray reconstruction = gpu.narrow(gpu.normal(ROWS, width)); // (B, D)
        Targets targets = new Targets(gpu.normal(width), gpu.normal(ROWS, width), 0.25f);
        int blocks = PositiveKernels.errorBlocks(ROWS);
        Errors found =
                new Errors(
                        gpu.narrow(gpu.floats(ROWS, width)),
                        gpu.floats(blocks),
                        gpu.floats(blocks, width));

        kernels.compare(reconstruction, targets, found);

        NDArray error =
                gpu.widen(reconstruction).add(targets.bias()).sub(targets.targets()); // (B, D)
        NDArray output = error.mul(targets.scale()); // (B, D)
        GpuArrays.assertNear("output", output, gpu.widen(found.output()), BFLOAT16_STEP);
        GpuArrays.assertNear(
                "squares", error.square().sum(), found.squares().sum(), GpuArrays.ROUNDING);
        GpuArrays.assertNear(
                "columns", output.sum(new int[] {0}), found.columns().sum(new int[] {0}), 1e-4);
    }

    /** A last block of latents that is not full, and one alone. */
    @ParameterizedTest
    @ValueSource(ints = {64, 3_000})
    void slopesAreThoseOfActiveLatents(int latents) {
        float weight = 0.3f;
        PositiveKernels kernels = new PositiveKernels(gpu.kernels(latents, 16));
        NDArray f = gpu.rectified(ROWS, latents); // (B, F)
        NDArray product = gpu.narrow(gpu.normal(ROWS, latents)); // (B, F)
        NDArray active = gpu.widen(f).gt(0); // (B, F)
        NDArray expected = gpu.widen(product).add(weight).mul(active); // (B, F)
        Slopes found = slopes(latents);

        kernels.differentiate(product, f, weight, found);

        NDArray slopes = gpu.widen(product); // (B, F)
        GpuArrays.assertNear("slopes", expected, slopes, BFLOAT16_STEP);
        GpuArrays.assertNear(
                "sums",
                slopes.sum(new int[] {0}),
                found.sums().sum(new int[] {0}),
                GpuArrays.ROUNDING);
        GpuArrays.assertNear(
                "latents",
                gpu.widen(f).sum(new int[] {0}),
                found.latents().sum(new int[] {0}),
                GpuArrays.ROUNDING);
        assertThat(found.fired().toIntArray())
                .isEqualTo(
                        active.toType(found.fired().getDataType(), true)
                                .sum(new int[] {0})
                                .toType(found.fired().getDataType(), true)
                                .toIntArray());
    }

    private Slopes slopes(int latents) {
        int blocks = PositiveKernels.slopeBlocks(ROWS);
        return new Slopes(
                gpu.floats(blocks, latents), gpu.floats(blocks, latents), gpu.ints(latents));
    }

    /** Less than a block of latents, and some blocks of which the last is not full. */
    @ParameterizedTest
    @ValueSource(ints = {64, 3_000})
    void powersOfActiveLatentsAreThoseOfWholeArrays(int latents) {
        float p = 0.6f;
        float next = 0.4f;
        PositiveKernels kernels = new PositiveKernels(gpu.kernels(latents, 16));
        NDArray f = gpu.rectified(ROWS, latents); // (B, F)
        NDArray product = gpu.narrow(gpu.normal(ROWS, latents)); // (B, F)
        NDArray wide = gpu.widen(f); // (B, F)
        NDArray active = wide.gt(0); // (B, F)
        NDArray factors = gpu.normal(ROWS); // (B)
        NDArray powers = wide.add(wide.eq(0)).pow(p - 1); // (B, F)
        NDArray expected =
                gpu.widen(product).add(powers.mul(factors.reshape(ROWS, 1))).mul(active); // (B, F)
        NDArray sums = gpu.floats(2, ROWS);
        Slopes found = slopes(latents);

        kernels.sumPowers(f, p, next, sums);
        kernels.differentiate(product, f, new PowerSlope(factors, p - 1), found);

        int[] ofRows = {1};
        GpuArrays.assertNear("now", wide.pow(p).sum(ofRows), sums.get(0), GpuArrays.ROUNDING);
        GpuArrays.assertNear("next", wide.pow(next).sum(ofRows), sums.get(1), GpuArrays.ROUNDING);
        NDArray slopes = gpu.widen(product); // (B, F)
        GpuArrays.assertNear("slopes", expected, slopes, BFLOAT16_STEP);
        GpuArrays.assertNear(
                "sums",
                slopes.sum(new int[] {0}),
                found.sums().sum(new int[] {0}),
                GpuArrays.ROUNDING);
    }
}
