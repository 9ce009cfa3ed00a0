package org.lexicographer.activation.model;

import java.nio.FloatBuffer;
import java.util.Set;
import org.lexicographer.pipeline.Site;

/** The port to a language model, or to some of its layers. Threads may share one. */
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

    /** Is given what a forward pass computes, on the thread that asked for it. */
    @FunctionalInterface
    interface Receiver {

        /**
         * Takes the activations at a site.
         *
         * @param values row after row, (N, D), from index 0 to the limit; to be read, and only
         *     until this returns
         */
        void receive(Site site, FloatBuffer values);
    }

    /**
     * Runs one forward pass that stops after the last of the sites. The same tokens in a batch of
     * the same shape give the same bits.
     *
     * @param tokens the token ids, context after context, (B * T)
     * @param contextLength tokens per context, T
     * @param receiver is given each site once, in any order, as soon as its activations are known
     * @throws IllegalArgumentException when the model does not take such tokens
     * @throws IllegalStateException when the first layer is not here
     * @throws UnusableRunException when a weight that the pass comes upon is not finite
     */
    void run(int[] tokens, int contextLength, Set<Site> sites, Receiver receiver);

    /**
     * Runs one forward pass that goes on from the layers below, as {@link #run} does.
     *
     * @param stream the residual stream at the input of the first layer that is here, row after
     *     row, (N, D), from index 0 to the limit
     * @param contextLength tokens per context, T
     * @throws IllegalArgumentException when it is not what the layer takes
     * @throws UnusableRunException when a weight that the pass comes upon is not finite
     */
    void runFrom(FloatBuffer stream, int contextLength, Set<Site> sites, Receiver receiver);
}
