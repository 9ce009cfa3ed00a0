package org.lexicographer.pipeline.dataset;

import static java.util.Objects.requireNonNull;

/**
 * A line or row that holds no document; the file continues after it.
 *
 * @param document the number that the document would have had
 * @param line the number of the line or row within its file, from 1
 * @param reason the rule that it breaks, then expected and found values
 */
public record UnusableLine(long document, long line, String reason) implements DocumentEntry {

    public UnusableLine {
        requireNonNull(reason, "reason is null");
    }
}
