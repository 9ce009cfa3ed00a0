package org.lexicographer.pipeline.stored;

import java.time.DateTimeException;
import java.time.Instant;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;

/**
 * What a retention setting removed of a run; an object under {@code runs/{run}/removed/}, so that
 * whoever misses it learns what became of it.
 *
 * @param part what was removed: {@code checkpoints} or {@code statistics}
 * @param at when, in ISO 8601; the last time of several
 * @param objects how many objects
 * @param bytes how many bytes they were
 */
public record Removal(String part, String at, long objects, long bytes) {

    /** Checks that the time is one, and that nothing is absent or negative. */
    public Removal {
        new Checks()
                .present("part", part)
                .that("at", isTime(at), "not a time", "2026-01-31T12:00:00Z", at)
                .notNegative("objects", objects)
                .notNegative("bytes", bytes)
                .end();
    }

    /** Creates what was removed at a moment. */
    public Removal(String part, Instant at, long objects, long bytes) {
        this(part, at.toString(), objects, bytes);
    }

    private static boolean isTime(String at) {
        try {
            return at != null && at.equals(Instant.parse(at).toString());
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Returns this and what was removed earlier of the same part, as one. */
    public Removal after(Removal earlier) {
        return new Removal(part, at, objects + earlier.objects, bytes + earlier.bytes);
    }

    /**
     * Reads the object.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException when it is none, naming every wrong
     *     field
     */
    public static Removal read(byte[] json) {
        return Json.read(json, Removal.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
