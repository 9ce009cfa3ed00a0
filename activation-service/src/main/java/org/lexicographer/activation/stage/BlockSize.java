package org.lexicographer.activation.stage;

/**
 * What a full block takes in a topic, at most.
 *
 * @param bytes its bytes
 * @param records its records
 */
public record BlockSize(long bytes, int records) {

    /** Returns the mean size of a record. */
    public double recordBytes() {
        return (double) bytes / records;
    }
}
