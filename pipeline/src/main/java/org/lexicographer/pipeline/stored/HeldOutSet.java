package org.lexicographer.pipeline.stored;

import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * Says that a run's held-out set is complete; the object {@code runs/{run}/held-out/complete.json},
 * which comes after all contexts that it counts.
 *
 * @param contexts the number of contexts; 0 when the dataset had none for it
 */
public record HeldOutSet(int contexts) {

    /** Checks the count. */
    public HeldOutSet {
        new Checks().notNegative("contexts", contexts).end();
    }

    /**
     * Reads the object.
     *
     * @throws InvalidFieldsException when it is none, naming every wrong field
     */
    public static HeldOutSet read(byte[] json) {
        return Json.read(json, HeldOutSet.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
