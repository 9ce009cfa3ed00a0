package org.lexicographer.trainer.recipe.kernel;

import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.kernel.Lanes.ORDER;
import static org.lexicographer.kernel.Lanes.get;
import static org.lexicographer.kernel.Lanes.set;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.update.AdamStep;

/** Moves rows of a parameter by Adam; see {@link AdamStep}. */
public final class AdamLoop {

    private AdamLoop() {}

    /** Moves a row of a parameter against a row of its gradient. */
    public static void move(
            TrainedRows parameter, int row, Rows gradient, int gradientRow, AdamStep step) {
        long at = parameter.value().place(row);
        long from = gradient.place(gradientRow);
        moveVectors(parameter, at, gradient, from, step);
        for (long k = gradient.vectorBytes(); k < gradient.rowBytes(); k += Float.BYTES) {
            moveElement(parameter, at + k, get(gradient.memory(), from + k), step);
        }
    }

    private static void moveVectors(
            TrainedRows parameter, long at, Rows gradients, long from, AdamStep step) {
        MemorySegment values = parameter.value().memory();
        MemorySegment firsts = parameter.firstMoment().memory();
        MemorySegment seconds = parameter.secondMoment().memory();
        FloatVector beta1 = FloatVector.broadcast(FLOATS, step.beta1());
        FloatVector beta2 = FloatVector.broadcast(FLOATS, AdamStep.BETA2);
        for (long k = 0; k < gradients.vectorBytes(); k += Lanes.BYTES) {
            FloatVector gradient =
                    FloatVector.fromMemorySegment(FLOATS, gradients.memory(), from + k, ORDER);
            FloatVector first =
                    FloatVector.fromMemorySegment(FLOATS, firsts, at + k, ORDER)
                            .fma(beta1, gradient.mul(step.oneMinusBeta1()));
            FloatVector second =
                    FloatVector.fromMemorySegment(FLOATS, seconds, at + k, ORDER)
                            .fma(beta2, gradient.mul(gradient).mul(AdamStep.ONE_MINUS_BETA2));
            FloatVector root = second.sqrt().div(step.rootCorrection()).add(AdamStep.EPSILON);
            FloatVector move = first.mul(step.stepSize()).div(root);
            first.intoMemorySegment(firsts, at + k, ORDER);
            second.intoMemorySegment(seconds, at + k, ORDER);
            FloatVector.fromMemorySegment(FLOATS, values, at + k, ORDER)
                    .sub(move)
                    .intoMemorySegment(values, at + k, ORDER);
        }
    }

    private static void moveElement(TrainedRows parameter, long at, float gradient, AdamStep step) {
        float first =
                Math.fma(
                        get(parameter.firstMoment().memory(), at),
                        step.beta1(),
                        gradient * step.oneMinusBeta1());
        float second =
                Math.fma(
                        get(parameter.secondMoment().memory(), at),
                        AdamStep.BETA2,
                        gradient * gradient * AdamStep.ONE_MINUS_BETA2);
        float root = (float) Math.sqrt(second) / step.rootCorrection() + AdamStep.EPSILON;
        float moved = get(parameter.value().memory(), at) - first * step.stepSize() / root;
        set(parameter.firstMoment().memory(), at, first);
        set(parameter.secondMoment().memory(), at, second);
        set(parameter.value().memory(), at, moved);
    }
}
