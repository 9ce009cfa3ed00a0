package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.anneal.AnnealedNorm;
import org.lexicographer.trainer.recipe.anneal.PowerNormText;
import org.lexicographer.trainer.recipe.loss.KernelStep.Penalty;
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

    /** Adds lambda dP/dh times B {@code scale} at one row's gates, all positive. */
    void addRowGradient(float[] gates, float[] gradients, int from, int to, double scale);

    /** Returns what one row's positive gates of F add to B P. */
    double rowValue(float[] gates, int from, int to, int dictionarySize);

    /** Tells whether {@link #step} looks at P. */
    default boolean compares() {
        return false;
    }

    /** Returns what they would add under the next steps' penalty, where it is compared. */
    default double nextRowValue(float[] gates, int from, int to, int dictionarySize) {
        return 0;
    }

    /** Takes P of a step, and what it would be under the next steps' penalty, into account. */
    default void step(double now, double then, long step) {}

    /** Takes them into account from arrays (), which are read where they are compared. */
    default void step(NDArray now, NDArray then, long step) {}

    /** Looks at a step's gates (B, F), to change the next steps' penalty. */
    default void step(NDArray gates, long step) {}

    /** Returns the penalty times {@code scale} as {@link PowerNormText} takes it. */
    List<Double> numbers(double scale);

    /** Returns the penalty times {@code scale} as kernels take it, where they do. */
    Optional<Penalty> ofKernels(double scale, long rows);

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
        public List<Double> numbers(double scale) {
            return PowerNormText.sumOf(scale * weight);
        }

        @Override
        public Optional<Penalty> ofKernels(double scale, long rows) {
            return Optional.of(Penalty.ofMean(scale * weight, rows));
        }

        @Override
        public NDArray gradient(NDArray gates, double scale) {
            double each = scale * weight / gates.getShape().get(0);
            return gates.sign().muli((float) each); // (B, F)
        }

        @Override
        public double value(NDArray gates) {
            return ReluStep.sum(gates) / gates.getShape().get(0);
        }

        @Override
        public void addRowGradient(
                float[] gates, float[] gradients, int from, int to, double scale) {
            float each = (float) (scale * weight);
            for (int n = from; n < to; n++) {
                gradients[n] += each;
            }
        }

        @Override
        public double rowValue(float[] gates, int from, int to, int dictionarySize) {
            double sum = 0;
            for (int n = from; n < to; n++) {
                sum += gates[n];
            }
            return sum;
        }
    }

    /** P(h) = R_p(h) of an annealed norm, whose weight is lambda. */
    record Annealed(AnnealedNorm norm) implements GatePenalty {

        @Override
        public List<Double> numbers(double scale) {
            return norm.numbers(scale);
        }

        @Override
        public Optional<Penalty> ofKernels(double scale, long rows) {
            return norm.penalty(scale, rows);
        }

        @Override
        public NDArray gradient(NDArray gates, double scale) {
            return norm.gradient(gates, scale * norm.weight()); // (B, F)
        }

        @Override
        public double value(NDArray gates) {
            return norm.value(gates);
        }

        @Override
        public void addRowGradient(
                float[] gates, float[] gradients, int from, int to, double scale) {
            norm.addRowGradient(gates, gradients, from, to, scale * norm.weight());
        }

        @Override
        public double rowValue(float[] gates, int from, int to, int dictionarySize) {
            return norm.rowValue(gates, from, to, norm.p(), dictionarySize);
        }

        @Override
        public boolean compares() {
            return norm.compares();
        }

        @Override
        public double nextRowValue(float[] gates, int from, int to, int dictionarySize) {
            return norm.compares()
                    ? norm.rowValue(gates, from, to, norm.next(), dictionarySize)
                    : 0;
        }

        @Override
        public void step(double now, double then, long step) {
            norm.step(now, then, step);
        }

        @Override
        public void step(NDArray now, NDArray then, long step) {
            norm.step(now, then, step);
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
