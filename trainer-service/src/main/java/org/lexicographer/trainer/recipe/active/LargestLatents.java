package org.lexicographer.trainer.recipe.active;

import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;

/** Selects the largest positive pre-activations. NaN is larger than all. */
public interface LargestLatents extends Selection {

    /** Among which latents the largest are chosen. */
    enum Scope {
        /** The k largest of each row. */
        ROW,
        /** The k B largest of the whole batch. */
        BATCH
    }

    /** Returns a selection by products with the encoder's bias added, one row (F). */
    static LargestLatents of(Scope scope, Workers workers, Rows bias) {
        return switch (scope) {
            case ROW -> new LargestOfRow(bias);
            case BATCH -> new LargestOfBatch(workers, bias);
        };
    }

    /**
     * Begins a batch.
     *
     * @param active takes what is selected, begun for the batch
     */
    void begin(ActiveLatents active, int latentsPerRow);
}
