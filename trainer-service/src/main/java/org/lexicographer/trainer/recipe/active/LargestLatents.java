package org.lexicographer.trainer.recipe.active;

import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.Workers;

/** Selects the largest positive pre-activations. NaN is larger than all. */
public interface LargestLatents extends Selection {

    /** Among which latents the largest are chosen. */
    enum Scope {
        /** The k largest of each row. */
        ROW,
        /** The k B largest of the whole batch. */
        BATCH
    }

    /** Returns a selection into lists of active latents; the encoder's bias is one row (F). */
    static LargestLatents of(Scope scope, Workers workers, ActiveLatents active, Rows bias) {
        return switch (scope) {
            case ROW -> new LargestOfRow(active, bias);
            case BATCH -> new LargestOfBatch(workers, active, bias);
        };
    }

    /** Begins a batch, and the active latents' too. */
    void begin(int rows, int latentsPerRow);

    /** Ends a batch: only the largest are left. */
    void end();
}
