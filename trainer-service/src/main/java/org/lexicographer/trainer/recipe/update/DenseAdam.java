package org.lexicographer.trainer.recipe.update;

import ai.djl.ndarray.NDArray;

/** Adam over whole arrays, on any device; gradients are used up. */
public final class DenseAdam {

    private DenseAdam() {}

    /** Moves a parameter against its gradient. */
    public static void update(Parameter parameter, NDArray gradient, AdamStep adam) {
        NDArray first = parameter.firstMoment();
        NDArray second = parameter.secondMoment();
        try (NDArray scaled = gradient.mul(adam.oneMinusBeta1()); // like the parameter
                NDArray square = gradient.square()) { // like the parameter
            first.muli(adam.beta1()).addi(scaled);
            second.muli(AdamStep.BETA2).addi(square.muli(AdamStep.ONE_MINUS_BETA2));
        }
        try (NDArray root = second.sqrt(); // like the parameter
                NDArray move = first.mul(adam.stepSize())) { // like the parameter
            root.divi(adam.rootCorrection()).addi(AdamStep.EPSILON);
            parameter.value().subi(move.divi(root));
        }
    }
}
