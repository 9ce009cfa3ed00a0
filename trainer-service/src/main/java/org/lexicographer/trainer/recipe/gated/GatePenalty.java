package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.lexicographer.trainer.recipe.loss.AnnealedNorm;
import org.lexicographer.trainer.recipe.loss.RecipeState.Counter;
import org.lexicographer.trainer.recipe.loss.ReluStep;

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

    /** Returns what steps change. */
    default List<Counter> counters() {
        return List.of();
    }

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
        public List<Counter> counters() {
            return List.of(norm);
        }
    }
}
