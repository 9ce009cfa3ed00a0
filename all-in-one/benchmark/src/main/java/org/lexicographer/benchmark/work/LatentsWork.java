package org.lexicographer.benchmark.work;

import java.util.List;

/**
 * Statistics of the latents of dictionaries on a text, from weights to what is stored.
 *
 * @param texts the model and the text
 * @param dictionaries folders of the dictionaries, as SAELens saves them
 * @param place where
 */
public record LatentsWork(Texts texts, List<String> dictionaries, Place place) implements Work {

    /** Contexts of one forward pass. */
    public static final int BATCH_CONTEXTS = 8;

    /** Copies the list. */
    public LatentsWork {
        dictionaries = List.copyOf(dictionaries);
    }
}
