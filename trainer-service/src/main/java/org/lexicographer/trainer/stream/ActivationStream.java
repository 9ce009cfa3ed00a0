package org.lexicographer.trainer.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.trace.TraceParent;

/**
 * The activations of a run at the sites that a trainer job reads, token block by token block, each
 * exactly once and in strict sequence.
 */
public interface ActivationStream extends AutoCloseable {

    /**
     * Returns the next token block's activations, or empty when they did not come within a short
     * while.
     *
     * @throws MissingBlockException when the next block can no longer come
     * @throws RejectedBlockException when its bytes are damaged
     */
    Optional<SiteActivations> next();

    /** Returns the number of the next block. */
    long nextSequence();

    /** Returns where reading would continue after the last block taken. */
    Map<TopicPartition, Long> offsets();

    /** Returns the mean size of a record in bytes, once one was read. */
    default OptionalDouble meanRecordBytes() {
        return OptionalDouble.empty();
    }

    /**
     * Returns where the traced ones of the blocks come from that were taken since the last call.
     */
    default List<TraceParent> takeTraces() {
        return List.of();
    }

    /** Returns how long the calls of {@link #next} have waited for the brokers' records in all. */
    default Duration waited() {
        return Duration.ZERO;
    }

    @Override
    void close();
}
