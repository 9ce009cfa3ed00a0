package org.lexicographer.tokenizer.kafka;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.pipeline.trace.Tracing.Span;

/**
 * Traces each shard to the first token block that holds tokens of it, or comes after it: one block
 * for each shard goes on with a trace, however many blocks the shard fills. For use by one thread.
 */
public final class ShardTraces implements AutoCloseable {

    private final Tracing tracing;
    private final NavigableMap<Long, Span> reading = new TreeMap<>();

    /** Traces nothing yet. */
    public ShardTraces(Tracing tracing) {
        this.tracing = requireNonNull(tracing, "tracing is null");
    }

    /** Takes note of a shard that is read from now on. */
    void read(ConsumerRecord<String, byte[]> record, DatasetMessage message) {
        if (tracing == Tracing.NONE || !(message instanceof DatasetShard shard)) {
            return;
        }
        Span before =
                reading.put(
                        record.offset(),
                        tracing.begin(
                                "dataset-shards read",
                                TraceParent.of(record.headers()).stream().toList(),
                                Map.of("run", shard.run(), "uri", shard.uri())));
        if (before != null) {
            before.close();
        }
    }

    /** Begins to write a block, which ends the reading of all shards that came before its end. */
    Span write(String run, TokenBlock block) {
        NavigableMap<Long, Span> read = reading.headMap(block.next().shardOffset(), true);
        if (read.isEmpty()) {
            return Tracing.NONE.begin("", List.of(), Map.of());
        }
        List<TraceParent> parents = new ArrayList<>();
        read.values().forEach(span -> span.place().ifPresent(parents::add));
        Span writing =
                tracing.begin(
                        "token-blocks write",
                        parents,
                        Map.of("run", run, "sequence", block.sequence()));
        read.values().forEach(Span::close);
        read.clear();
        return writing;
    }

    /** Ends what was begun. */
    @Override
    public void close() {
        reading.values().forEach(Span::close);
        reading.clear();
    }
}
