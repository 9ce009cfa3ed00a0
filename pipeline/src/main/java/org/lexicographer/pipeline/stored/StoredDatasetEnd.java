package org.lexicographer.pipeline.stored;

import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;

/**
 * Where a run's dataset ends; the object {@code runs/{run}/dataset-end.json}, which is absent while
 * no message has ended the dataset.
 *
 * @param offset the offset, in its topic partition, of the message that ends the dataset: the first
 *     one counts
 */
public record StoredDatasetEnd(long offset) {

    /** Checks the offset. */
    public StoredDatasetEnd {
        new Checks().notNegative("offset", offset).end();
    }

    /**
     * Reads the object.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException when it is none, naming every wrong
     *     field
     */
    public static StoredDatasetEnd read(byte[] json) {
        return Json.read(json, StoredDatasetEnd.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
