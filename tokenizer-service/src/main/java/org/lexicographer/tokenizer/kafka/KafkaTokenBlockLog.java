package org.lexicographer.tokenizer.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.CorruptBlockException;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.pipeline.trace.Tracing.Span;
import org.lexicographer.tokenizer.stream.RunFailedException;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.TokenBlockLog;

/**
 * The token blocks of one run in their topic. Each block is acknowledged before the next one is
 * sent, so no number is missing below the highest.
 */
public final class KafkaTokenBlockLog implements TokenBlockLog {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConnection kafka;
    private final BlockTopics topics;
    private final BlockWriter writer;
    private final String topic;
    private final int partitions;
    private final StopSignal stop;
    private final String run;
    private final ShardTraces traces;

    /**
     * Creates the topic when it is missing.
     *
     * @param traces knows which blocks a trace goes on with
     */
    public KafkaTokenBlockLog(
            KafkaConnection kafka,
            BlockTopics topics,
            BlockWriter writer,
            RunSpec spec,
            StopSignal stop,
            ShardTraces traces) {
        this.kafka = requireNonNull(kafka, "kafka is null");
        this.topics = requireNonNull(topics, "topics is null");
        this.writer = requireNonNull(writer, "writer is null");
        this.stop = requireNonNull(stop, "stop is null");
        this.traces = requireNonNull(traces, "traces is null");
        run = spec.run();
        topic = Topics.tokenBlocks(spec.run());
        partitions = spec.tokenBlock().partitions();
        topics.ensure(topic, partitions);
    }

    /** The last record of each partition tells: the highest number among them is the last. */
    @Override
    public Optional<TokenBlock> last() {
        List<TopicPartition> all = BlockReader.partitions(topic, partitions);
        Map<TopicPartition, Long> beginnings = topics.beginnings(all);
        Map<TopicPartition, Long> ends = topics.ends(all);
        Map<TopicPartition, Long> lastOffsets = new HashMap<>();
        ends.forEach(
                (partition, end) -> {
                    if (end > beginnings.getOrDefault(partition, 0L)) {
                        lastOffsets.put(partition, end - 1);
                    }
                });
        if (lastOffsets.isEmpty() && ends.values().stream().anyMatch(end -> end > 0)) {
            long last = ends.values().stream().mapToLong(Long::longValue).sum() - 1;
            throw new RunFailedException(
                    last,
                    "token blocks purged, the last one too: sequence=%d, topic=%s, ends=%s"
                            .formatted(last, topic, ends.values()),
                    null);
        }
        return read(lastOffsets).stream()
                .map(KafkaTokenBlockLog::decode)
                .max(Comparator.comparingLong(TokenBlock::sequence));
    }

    private List<ConsumerRecord<Long, byte[]>> read(Map<TopicPartition, Long> offsets) {
        List<ConsumerRecord<Long, byte[]>> records = new ArrayList<>();
        Set<TopicPartition> missing = new HashSet<>(offsets.keySet());
        try (BlockReader reader = new BlockReader(kafka)) {
            reader.readFrom(offsets);
            while (!missing.isEmpty()) {
                stop.check();
                for (ConsumerRecord<Long, byte[]> record : reader.poll(POLL)) {
                    if (missing.remove(new TopicPartition(record.topic(), record.partition()))) {
                        records.add(record);
                    }
                }
            }
        } catch (KafkaException e) {
            throw BlockReader.isDamage(e) ? damaged(offsets, e) : e;
        }
        return records;
    }

    /** The client names the partition only in the text of its message. */
    private static RunFailedException damaged(Map<TopicPartition, Long> last, KafkaException e) {
        long sequence = last.values().stream().mapToLong(Long::longValue).sum();
        String message =
                "last token block damaged: sequence=%d or so, offsets=%s, reason=%s"
                        .formatted(sequence, last, BlockReader.damage(e));
        return new RunFailedException(sequence, message, e);
    }

    private static TokenBlock decode(ConsumerRecord<Long, byte[]> record) {
        try {
            return TokenBlockFormat.decode(record.value());
        } catch (CorruptBlockException e) {
            throw new RunFailedException(
                    record.key(),
                    ("last token block corrupt: sequence=%d, topic=%s, partition=%d, offset=%d,"
                                    + " reason=%s")
                            .formatted(
                                    record.key(),
                                    record.topic(),
                                    record.partition(),
                                    record.offset(),
                                    e.getMessage()),
                    e);
        }
    }

    @Override
    public void write(TokenBlock block) {
        try (Span span = traces.write(run, block)) {
            writer.write(
                            topic,
                            block.sequence(),
                            partitions,
                            TokenBlockFormat.encode(block),
                            span.place())
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
