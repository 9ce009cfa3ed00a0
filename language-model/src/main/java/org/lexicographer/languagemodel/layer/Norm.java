package org.lexicographer.languagemodel.layer;

import ai.djl.ndarray.NDArray;

/** Brings each vector of a stream to a common scale. */
public sealed interface Norm permits LayerNorm, RmsNorm {

    /** Returns y (..., D) for x (..., D), in the manager of x. */
    NDArray forward(NDArray input);

    /**
     * Returns x (..., D) times the weights, in the manager of x: what the norm does to a direction,
     * up to the scale that depends on the vector, and to the mean that a layer norm takes away.
     */
    NDArray weigh(NDArray input);
}
