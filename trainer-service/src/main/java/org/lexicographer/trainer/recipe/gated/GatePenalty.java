package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.objective.AnnealedNorm;
import org.lexicographer.trainer.recipe.objective.ReluStep;

/** The penalty P of the gates h (B, F), none negative, that a gated recipe adds to its loss. */
sealed interface GatePenalty {

    /**
     * Returns lambda dP/dh times {@code scale} (B, F); values where h is 0 do not matter.
     *
     * @param gates h (B, F)
     */
    NDArray gradient(NDArray gates, double scale);

    /** Returns P. */
    double value(NDArray gates);

    /** Looks at a step's gates (B, F), to change the next steps' penalty. */
    default void step(NDArray gates, long step) {}

    /** Adds what steps have changed to a checkpoint. */
    default void save(SafetensorsWriter writer, String prefix) {}

    /** Takes over what {@link #save} added. */
    default void restore(TensorSource tensors, String prefix) {}

    /**
     * The mean L1 norm: P(h) = 1 / B sum h.
     *
     * @param weight lambda
     */
    record L1(double weight) implements GatePenalty {

        @Override
        public NDArray gradient(NDArray gates, double scale) {
            double each = scale * weight / gates.getShape().get(0);
            return gates.sign().muli((float) each); // (B, F)
        }

        @Override
        public double value(NDArray gates) {
            return ReluStep.sum(gates) / gates.getShape().get(0);
        }
    }

    /** P(h) = R_p(h) of an annealed norm, whose weight is lambda. */
    record Annealed(AnnealedNorm norm) implements GatePenalty {

        @Override
        public NDArray gradient(NDArray gates, double scale) {
            return norm.gradient(gates, scale * norm.weight()); // (B, F)
        }

        @Override
        public double value(NDArray gates) {
            return norm.value(gates);
        }

        @Override
        public void step(NDArray gates, long step) {
            norm.step(gates, step);
        }

        @Override
        public void save(SafetensorsWriter writer, String prefix) {
            norm.save(writer, prefix);
        }

        @Override
        public void restore(TensorSource tensors, String prefix) {
            norm.restore(tensors, prefix);
        }
    }
}
