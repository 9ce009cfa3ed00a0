package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import org.lexicographer.trainer.recipe.objective.Objective.Losses;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DenseAdam;

/** The step as five dense matrix products, on any device. */
public final class DenseStep implements StandardStep {

    private final StandardState state;

    public DenseStep(StandardState state) {
        this.state = state;
    }

    @Override
    public Losses run(NDArray inputs, NDArray targets, StepSettings settings) {
        try (NDArray centred = centred(inputs); // (B, D)
                NDArray latents = latents(centred); // (B, F)
                NDArray active = latents.sign(); // (B, F)
                NDArray error = error(latents, targets)) { // (B, Dout)
            Losses losses =
                    settings.report() ? losses(latents, active, error, settings) : Losses.UNKNOWN;
            countSilent(latents);
            long rows = error.getShape().get(0);
            error.muli((float) (2 / settings.errorCount(rows, state.outputDim()))); // (B, Dout)
            try (NDArray gradient = latentGradient(latents, active, error, settings)) { // (B, F)
                update(centred, latents, error, gradient, settings.adam());
            }
            return losses;
        }
    }

    /** Returns x - b, or a copy of x where the bias is not tied. */
    NDArray centred(NDArray inputs) {
        return state.tiedBias()
                ? inputs.sub(state.decoderBias().value()) // (B, D)
                : inputs.duplicate(); // (B, D)
    }

    private NDArray latents(NDArray centred) {
        try (NDArray encoder = state.encoderWeight().value().transpose(); // (D, F)
                NDArray preActivations = centred.matMul(encoder)) { // (B, F)
            preActivations.addi(state.encoderBias().value());
            return Activation.relu(preActivations); // (B, F)
        }
    }

    private NDArray error(NDArray latents, NDArray targets) {
        NDArray error = latents.matMul(state.decoderWeight().value()); // (B, Dout)
        return error.addi(state.decoderBias().value()).subi(targets); // (B, Dout)
    }

    private Losses losses(NDArray latents, NDArray active, NDArray error, StepSettings settings) {
        long rows = error.getShape().get(0);
        try (NDArray squares = error.square(); // (B, Dout)
                NDArray squareSum = squares.sum(); // ()
                NDArray activeSum = active.sum(); // ()
                NDArray penaltySum = DensePenalty.sum(settings.penalty(), latents)) { // ()
            return new Losses(
                    squareSum.getFloat() / settings.errorCount(rows, state.outputDim()),
                    penaltySum.getFloat() / (double) rows,
                    activeSum.getFloat() / (double) rows);
        }
    }

    private void countSilent(NDArray latents) {
        try (NDArray largest = latents.max(new int[] {0}); // (F)
                NDArray silent = largest.lte(0); // (F)
                NDArray still = silent.toType(DataType.FLOAT32, false)) { // (F)
            state.silentSteps().addi(1).muli(still);
        }
    }

    /** Returns the loss's gradient at the pre-activations; it passes only where f is positive. */
    private NDArray latentGradient(
            NDArray latents, NDArray active, NDArray error, StepSettings settings) {
        try (NDArray decoder = state.decoderWeight().value().transpose()) { // (Dout, F)
            NDArray gradient = error.matMul(decoder); // (B, F)
            float weight = settings.penaltyWeight() / error.getShape().get(0);
            DensePenalty.addGradient(settings.penalty(), weight, latents, gradient);
            return gradient.muli(active); // (B, F)
        }
    }

    private void update(
            NDArray centred, NDArray latents, NDArray error, NDArray gradient, AdamStep adam) {
        try (NDArray latentColumns = latents.transpose(); // (F, B)
                NDArray gradientColumns = gradient.transpose(); // (F, B)
                NDArray decoderGradient = latentColumns.matMul(error); // (F, Dout)
                NDArray encoderGradient = gradientColumns.matMul(centred); // (F, D)
                NDArray encoderBiasGradient = gradient.sum(new int[] {0}); // (F)
                NDArray decoderBiasGradient = decoderBiasGradient(error, encoderBiasGradient)) {
            DenseAdam.updateUnitRows(state.decoderWeight(), decoderGradient, adam);
            DenseAdam.update(state.encoderWeight(), encoderGradient, adam);
            DenseAdam.update(state.encoderBias(), encoderBiasGradient, adam);
            DenseAdam.update(state.decoderBias(), decoderBiasGradient, adam);
        }
    }

    /** The tied bias also reaches the loss through the encoder: minus the sum of dL/dz W_e. */
    private NDArray decoderBiasGradient(NDArray error, NDArray encoderBiasGradient) {
        NDArray gradient = error.sum(new int[] {0}); // (Dout)
        if (state.tiedBias()) {
            try (NDArray row = encoderBiasGradient.reshape(1, state.dictionarySize()); // (1, F)
                    NDArray product = row.matMul(state.encoderWeight().value()); // (1, D)
                    NDArray throughEncoder = product.reshape(state.inputDim())) { // (D)
                gradient.subi(throughEncoder);
            }
        }
        return gradient; // (Dout)
    }
}
