package org.lexicographer.tokenizer.stream;

import java.time.Duration;
import java.util.Optional;
import org.lexicographer.pipeline.block.DatasetPosition;

/** The messages about the dataset of one run, in the order of their offsets. */
public interface DatasetLog extends AutoCloseable {

    /**
     * Goes to a position, {@link DatasetPosition#START} being the first message that there is.
     *
     * @throws RunFailedException when the messages from that position on are no longer there
     */
    void readFrom(DatasetPosition position);

    /** Returns the next message, or empty when none came in time. */
    Optional<DatasetEntry> poll(Duration atMost);

    @Override
    void close();
}
