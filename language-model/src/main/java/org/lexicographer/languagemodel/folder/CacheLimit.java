package org.lexicographer.languagemodel.folder;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.Optional;

/**
 * How much of a disk fetched model folders may take.
 *
 * @param bytes the most that they have together, the one that is fetched included; empty: as many
 *     as there are
 * @param clock tells which of them was used last
 */
public record CacheLimit(Optional<Long> bytes, InstantSource clock) {

    public CacheLimit {
        requireNonNull(bytes, "bytes is null");
        requireNonNull(clock, "clock is null");
    }

    /** Returns the limit of those who keep everything. */
    public static CacheLimit none() {
        return new CacheLimit(Optional.empty(), InstantSource.system());
    }
}
