package org.lexicographer.trainer.recipe.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.trainer.recipe.cuda.GateKernels.Gated;
import org.lexicographer.trainer.recipe.cuda.GateKernels.Products;
import org.lexicographer.trainer.recipe.cuda.GateKernels.Slopes;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.PowerSlope;

/** Compares passes between products with whole arrays; needs a GPU. */
@EnabledIf("org.lexicographer.trainer.recipe.cuda.Gpus#areThere")
class GateKernelsTest {

    private static final int ROWS = 150;

    /** bfloat16 keeps 8 bits, the first of which is not stored. */
    private static final double BFLOAT16_STEP = 1.0 / 256;

    private static final int[] OF_BATCH = {0};

    private GpuArrays gpu;

    @BeforeEach
    void open() {
        gpu = new GpuArrays();
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    private Gated open(GateKernels kernels, NDArray z, NDArray gateBias, NDArray magnitudeBias) {
        long latents = z.getShape().get(1);
        Gated gated =
                new Gated(z, gpu.narrow(gpu.floats(ROWS, latents)), gpu.normal(latents).exp());
        kernels.open(z, gateBias, magnitudeBias, gated);
        return gated;
    }

    /** A last block of latents that is not full, and one alone. */
    @ParameterizedTest
    @ValueSource(ints = {64, 3_000})
    void gatesLetMagnitudesThrough(int latents) {
        GateKernels kernels = new GateKernels(gpu.kernels(latents, 16));
        NDArray z = gpu.narrow(gpu.normal(ROWS, latents)); // (B, F)
        NDArray wide = gpu.widen(z); // (B, F)
        NDArray gateBias = gpu.normal(latents);
        NDArray magnitudeBias = gpu.normal(latents);

        Gated gated = open(kernels, z, gateBias, magnitudeBias);

        NDArray h = wide.add(gateBias).maximum(0); // (B, F)
        NDArray f = wide.mul(gated.scales()).add(magnitudeBias).maximum(0).mul(h.gt(0)); // (B, F)
        GpuArrays.assertNear("h", h, gpu.widen(gated.gates()), BFLOAT16_STEP);
        GpuArrays.assertNear("f", f, gpu.widen(gated.latents()), BFLOAT16_STEP);
        assertThat(gpu.widen(gated.latents()).gt(0).toBooleanArray())
                .isEqualTo(f.gt(0).toBooleanArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 3_000})
    void slopesAreThoseOfOpenGates(int latents) {
        float weight = 0.3f;
        GateKernels kernels = new GateKernels(gpu.kernels(latents, 16));
        Case drawn = new Case(kernels, latents);

        kernels.differentiate(drawn.products, drawn.gated, weight, drawn.slopes);

        drawn.assertSlopes(gpu.floats(ROWS, latents).add(weight));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 3_000})
    void powersOfGatesAddTheirs(int latents) {
        float exponent = -0.4f;
        GateKernels kernels = new GateKernels(gpu.kernels(latents, 16));
        Case drawn = new Case(kernels, latents);
        NDArray factors = gpu.normal(ROWS);
        PowerSlope slope = new PowerSlope(factors, exponent);

        kernels.differentiate(drawn.products, drawn.gated, slope, drawn.slopes);

        NDArray h = drawn.h; // (B, F)
        drawn.assertSlopes(h.add(h.eq(0)).pow(exponent).mul(factors.reshape(ROWS, 1)));
    }

    /** Latents and gradients. */
    private final class Case {
        private final Gated gated;
        private final Products products;
        private final Slopes slopes;
        private final NDArray h;
        private final NDArray f;
        private final NDArray atMagnitudes;
        private final NDArray atGates;

        Case(GateKernels kernels, int latents) {
            NDArray z = gpu.narrow(gpu.normal(ROWS, latents)); // (B, F)
            gated = open(kernels, z, gpu.normal(latents), gpu.normal(latents));
            products =
                    new Products(
                            gpu.narrow(gpu.normal(ROWS, latents)),
                            gpu.narrow(gpu.normal(ROWS, latents)));
            int blocks = PositiveKernels.slopeBlocks(ROWS);
            slopes = new Slopes(gpu.floats(4, blocks, latents), gpu.ints(latents));
            h = gpu.widen(gated.gates());
            f = gpu.widen(gated.latents());
            atMagnitudes = gpu.widen(products.magnitudes()).mul(f.gt(0));
            atGates = gpu.widen(products.gates());
        }

        void assertSlopes(NDArray penalty) {
            NDArray gates = atGates.add(penalty).mul(h.gt(0)); // (B, F)
            NDArray expected = atMagnitudes.mul(gated.scales()).add(gates); // (B, F)
            GpuArrays.assertNear(
                    "dL/dz", expected, gpu.widen(products.magnitudes()), BFLOAT16_STEP);
            NDArray sums = slopes.sums().sum(new int[] {1}); // (4, F)
            double rounding = GpuArrays.ROUNDING;
            GpuArrays.assertNear("dL/dm", atMagnitudes.sum(OF_BATCH), sums.get(0), rounding);
            GpuArrays.assertNear("dL/dh", gates.sum(OF_BATCH), sums.get(1), rounding);
            GpuArrays.assertNear(
                    "f dL/dm", atMagnitudes.mul(f).sum(OF_BATCH), sums.get(2), rounding);
            GpuArrays.assertNear("h", h.sum(OF_BATCH), sums.get(3), rounding);
            NDArray fired = f.gt(0).toType(slopes.fired().getDataType(), true); // (B, F)
            assertThat(slopes.fired().toIntArray())
                    .isEqualTo(
                            fired.sum(OF_BATCH)
                                    .toType(slopes.fired().getDataType(), true)
                                    .toIntArray());
        }
    }
}
