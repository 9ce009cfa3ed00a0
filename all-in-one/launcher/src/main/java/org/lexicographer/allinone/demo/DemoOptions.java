package org.lexicographer.allinone.demo;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * What the user asked for.
 *
 * @param data the folder that keeps everything
 * @param existing what to do with a demo that is already in the folder
 * @param exit whether to leave when the run has ended, instead of serving until Ctrl-C
 */
record DemoOptions(Path data, Existing existing, boolean exit) {

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
    }
}
