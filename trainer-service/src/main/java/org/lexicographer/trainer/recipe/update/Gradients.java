package org.lexicographer.trainer.recipe.update;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.trainer.recipe.NotFiniteException;

/**
 * The gradients of one step, in the order of the parameters. The update uses them up; the manager
 * of the batch owns them.
 */
public final class Gradients {

    private final List<Gradient> all = new ArrayList<>();

    /**
     * The loss's gradient at one parameter.
     *
     * @param parameter what is moved
     * @param gradient like the parameter
     */
    public record Gradient(Parameter parameter, NDArray gradient) {}

    /** Adds a gradient, shaped like its parameter. */
    public Gradients with(Parameter parameter, NDArray gradient) {
        all.add(new Gradient(parameter, gradient));
        return this;
    }

    /**
     * Looks for gradients that are not finite, which on a GPU waits for the step to end.
     *
     * @throws NotFiniteException naming the parameter
     */
    public void checkFinite() {
        for (Gradient it : all) {
            try (NDArray sum = it.gradient().abs().sum()) { // ()
                if (!Float.isFinite(sum.getFloat())) {
                    throw new NotFiniteException(
                            "gradient not finite: parameter=%s, sumOfMagnitudes=%s"
                                    .formatted(it.parameter().name(), sum.getFloat()));
                }
            }
        }
    }

    /** Returns the gradients in the order in which they were added. */
    public List<Gradient> all() {
        return List.copyOf(all);
    }
}
