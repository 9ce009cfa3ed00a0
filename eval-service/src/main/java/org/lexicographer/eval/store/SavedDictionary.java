package org.lexicographer.eval.store;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.lexicographer.pipeline.DictionaryId;

/**
 * A dictionary of which at least one checkpoint lies in the object store.
 *
 * @param id which dictionary
 * @param steps the training steps after which it was saved, ascending, not empty
 */
public record SavedDictionary(DictionaryId id, List<Long> steps) {

    /** Checks the components and sorts the steps. */
    public SavedDictionary {
        requireNonNull(id, "id is null");
        steps = steps.stream().sorted().toList();
    }

    /** Returns the step of the last checkpoint. */
    public long lastStep() {
        return steps.getLast();
    }
}
