package org.lexicographer.allinone.demo;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What the user asked for.
 *
 * @param data the folder that keeps everything
 * @param existing what to do with a demo that is already in the folder
 * @param exit whether to leave when the run has ended, instead of serving until Ctrl-C
 * @param steps steps in place of the demo's own, for a short look
 */
record DemoOptions(Path data, Existing existing, boolean exit, OptionalInt steps) {

    /** What to do with a demo that is already in the data folder. */
    enum Existing {
        /** Nobody said: it is resumed, and the user is told. */
        UNSAID,
        /** It continues where it was. */
        RESUME,
        /** It is removed. */
        REPLACE
    }

    DemoOptions {
        requireNonNull(data, "data is null");
        requireNonNull(existing, "existing is null");
        requireNonNull(steps, "steps is null");
    }
}
