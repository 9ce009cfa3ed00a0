package org.lexicographer.languagemodel.layer;

import ai.djl.ndarray.NDArray;

/** Brings each vector of a stream to a common scale. */
public sealed interface Norm permits LayerNorm, RmsNorm {

    /** Returns y (..., D) for x (..., D), in the manager of x. */
    NDArray forward(NDArray input);
}
