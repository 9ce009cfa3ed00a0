package org.lexicographer.trainer.stream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.trace.TraceParent;

/**
 * A stream that says when the block that ends it has come, before it gives that block away.
 *
 * @param stream the stream
 * @param beforeEnd takes the number of that block
 */
public record EndNotice(ActivationStream stream, LongConsumer beforeEnd)
        implements ActivationStream {

    public EndNotice {
        requireNonNull(stream, "stream is null");
        requireNonNull(beforeEnd, "beforeEnd is null");
    }

    @Override
    public Optional<SiteActivations> next() {
        Optional<SiteActivations> next = stream.next();
        next.filter(SiteActivations::endsStream).ifPresent(end -> beforeEnd.accept(end.sequence()));
        return next;
    }

    @Override
    public long nextSequence() {
        return stream.nextSequence();
    }

    @Override
    public Map<TopicPartition, Long> offsets() {
        return stream.offsets();
    }

    @Override
    public OptionalDouble meanRecordBytes() {
        return stream.meanRecordBytes();
    }

    @Override
    public List<TraceParent> takeTraces() {
        return stream.takeTraces();
    }

    @Override
    public Duration waited() {
        return stream.waited();
    }

    @Override
    public void close() {
        stream.close();
    }
}
