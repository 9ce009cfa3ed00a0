package org.lexicographer.eval.latent.effect;

import ai.djl.ndarray.NDArray;
import org.lexicographer.languagemodel.DirectLogits;

/** What is made of the final norm, which stands between the stream and the logits. */
public enum NormWeights {

    /** Decoder rows meet the unembedding as they are. */
    LEFT_OUT("direct-logits", 1),

    /** Decoder rows are multiplied by the final norm's weights first. */
    FOLDED("direct-logits-norm-folded", 1);

    private final String id;
    private final int version;

    NormWeights(String id, int version) {
        this.id = id;
        this.version = version;
    }

    /** Returns what effects that are computed this way are called. */
    public String id() {
        return id;
    }

    /** Returns the version of the definition, which changes with the values. */
    public int version() {
        return version;
    }

    /** Returns directions in the stream (N, D), in their manager. */
    NDArray apply(DirectLogits logits, NDArray directions) {
        return switch (this) {
            case LEFT_OUT -> directions;
            case FOLDED -> logits.weigh(directions); // (N, D)
        };
    }
}
