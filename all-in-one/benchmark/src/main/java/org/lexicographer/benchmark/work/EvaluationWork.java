package org.lexicographer.benchmark.work;

import java.util.List;

/**
 * The evaluation of dictionaries on a text, losses of the language model included.
 *
 * @param texts the model and the text
 * @param sites where dictionaries are; the same site may come several times
 * @param dictionarySize latents of each, F
 * @param known whether what does not depend on a dictionary, the losses without one, was measured
 *     before
 * @param place where
 */
public record EvaluationWork(
        Texts texts, List<String> sites, int dictionarySize, boolean known, Place place)
        implements Work {

    /** Contexts of one forward pass. */
    public static final int BATCH_CONTEXTS = 8;

    /** Copies the list. */
    public EvaluationWork {
        sites = List.copyOf(sites);
    }
}
