package org.lexicographer.activation.model;

import java.util.Map;
import java.util.Set;
import org.lexicographer.pipeline.Site;

/** The port to a language model. Threads may share one. */
public interface ActivationSource {

    /** Returns the longest context in tokens. */
    int contextLimit();

    /**
     * Returns the width D of the activations at a site.
     *
     * @throws IllegalArgumentException when the model has no such site
     */
    int activationDim(Site site);

    /**
     * Returns the ids of the tokens that begin a text, end it or fill it up; empty when the model
     * names none.
     *
     * @throws UnusableRunException when what it names does not exist
     */
    Set<Integer> specialTokens();

    /**
     * Returns the activations at each of the sites, row after row, (N, D), of one forward pass that
     * stops after the last of them. The same tokens in a batch of the same shape give the same
     * bits.
     *
     * @param tokens the token ids, context after context, (B * T)
     * @param contextLength tokens per context, T
     * @throws IllegalArgumentException when the model does not take such tokens
     * @throws UnusableRunException when a weight that the pass comes upon is not finite
     */
    Map<Site, float[]> activations(int[] tokens, int contextLength, Set<Site> sites);
}
