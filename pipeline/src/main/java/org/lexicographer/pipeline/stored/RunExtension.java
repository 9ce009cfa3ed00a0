package org.lexicographer.pipeline.stored;

import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;

/**
 * How a run goes on after it had ended: with more steps, and with token blocks from one on that
 * were not made while it was shorter, or are made again. It is stored before the run's spec names
 * the new steps, once for each number of steps that the run has ended with.
 *
 * @param from the steps that the run had been given before
 * @param to the steps that it is given
 * @param firstBlock the number of the first token block that its trainers take
 */
public record RunExtension(int from, int to, long firstBlock) {

    /** Checks that the run becomes longer. */
    public RunExtension {
        new Checks()
                .that("to", to > from, "not longer", "above from=" + from, to)
                .notNegative("firstBlock", firstBlock)
                .end();
    }

    /**
     * Reads the object.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException when it is none, naming every wrong
     *     field
     */
    public static RunExtension read(byte[] json) {
        return Json.read(json, RunExtension.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
