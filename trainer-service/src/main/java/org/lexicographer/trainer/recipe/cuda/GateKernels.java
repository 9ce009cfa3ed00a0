package org.lexicographer.trainer.recipe.cuda;

import ai.djl.ndarray.NDArray;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.PowerSlope;

/**
 * What lies between a step's products where gates decide which magnitudes pass. Arrays are of
 * float32 unless their bfloat16 is named.
 *
 * @param kernels compiled for the step's shape
 */
public record GateKernels(ShapedKernels kernels) {

    /**
     * The latents of a batch.
     *
     * @param gates h (B, F), bfloat16
     * @param latents f (B, F), bfloat16
     * @param scales exp(r) (F)
     */
    public record Gated(NDArray gates, NDArray latents, NDArray scales) {}

    /**
     * The gradients at f and h.
     *
     * @param magnitudes W_d' dL/dx^ (B, F), bfloat16; becomes dL/dz
     * @param gates W_d' dL/da of the reconstruction a from h (B, F), bfloat16
     */
    public record Products(NDArray magnitudes, NDArray gates) {}

    /**
     * What was seen of the latents.
     *
     * @param sums of dL/dm, of dL/dh, of f dL/dm and of h (4, {@link PositiveKernels#slopeBlocks},
     *     F)
     * @param fired in how many rows f is above 0 (F), int32, 0 at first
     */
    public record Slopes(NDArray sums, NDArray fired) {}

    /**
     * Opens gates.
     *
     * @param products z (B, F), bfloat16; may be the place of the gates
     * @param gateBias b_g (F)
     * @param magnitudeBias b_m (F)
     * @param out its gates and latents become h and f
     */
    public void open(NDArray products, NDArray gateBias, NDArray magnitudeBias, Gated out) {
        int rows = (int) products.getShape().get(0);
        kernels.launch("openGates")
                .array(products)
                .array(out.scales())
                .array(gateBias)
                .array(magnitudeBias)
                .count(rows)
                .array(out.gates())
                .array(out.latents())
                .run(PositiveKernels.slopes(kernels.shape().latents(), rows));
    }

    /**
     * Turns dL/df and dL/dh into dL/dz.
     *
     * @param weight what the penalty adds to dL/dh
     */
    public void differentiate(Products products, Gated gated, float weight, Slopes out) {
        run(begin("slopesOfGates", products, gated).number(weight), products, out);
    }

    /**
     * Turns dL/df and dL/dh into dL/dz where the penalty is of powers.
     *
     * @param slope what the penalty adds to dL/dh
     */
    public void differentiate(Products products, Gated gated, PowerSlope slope, Slopes out) {
        KernelLaunch launch =
                begin("slopesOfPowersOfGates", products, gated)
                        .array(slope.factors())
                        .number(slope.exponent());
        run(launch, products, out);
    }

    private KernelLaunch begin(String kernel, Products products, Gated gated) {
        return kernels.launch(kernel)
                .array(products.magnitudes())
                .array(products.gates())
                .array(gated.latents())
                .array(gated.gates())
                .array(gated.scales());
    }

    private void run(KernelLaunch launch, Products products, Slopes out) {
        int rows = (int) products.magnitudes().getShape().get(0);
        launch.count(rows)
                .array(out.sums())
                .array(out.fired())
                .run(PositiveKernels.slopes(kernels.shape().latents(), rows));
    }
}
