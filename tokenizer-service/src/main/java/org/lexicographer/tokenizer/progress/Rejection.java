package org.lexicographer.tokenizer.progress;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.tokenizer.stream.DatasetEntry;

/**
 * Something of a dataset that cannot be used, and why.
 *
 * @param entry the message that names the shard
 * @param uri the shard's address
 * @param line the number of the line, from 1, where one is to blame
 * @param reason the rule that it breaks, then expected and found values
 */
public record Rejection(DatasetEntry entry, String uri, Optional<Long> line, String reason) {

    /** Checks that nothing is absent. */
    public Rejection {
        requireNonNull(entry, "entry is null");
        requireNonNull(uri, "uri is null");
        requireNonNull(line, "line is null");
        requireNonNull(reason, "reason is null");
    }
}
