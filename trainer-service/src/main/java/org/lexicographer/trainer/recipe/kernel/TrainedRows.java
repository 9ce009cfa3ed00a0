package org.lexicographer.trainer.recipe.kernel;

import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * A parameter and its Adam moments as rows.
 *
 * @param value the weights
 * @param firstMoment the running mean of gradients
 * @param secondMoment the running mean of squared gradients
 */
public record TrainedRows(Rows value, Rows firstMoment, Rows secondMoment) {

    /** Returns a view of a parameter on the CPU, to be used as {@link Rows#of} says. */
    public static TrainedRows of(Parameter parameter) {
        return new TrainedRows(
                Rows.of(parameter.value()),
                Rows.of(parameter.firstMoment()),
                Rows.of(parameter.secondMoment()));
    }
}
