package org.lexicographer.trainer.stream;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.utils.Utils;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.pipeline.trace.TraceParent;

/**
 * Reads a job's activation blocks from Kafka: the topic of the site that is read and those of the
 * sites that are reconstructed. Fetches ahead, within bounds. For use by one thread.
 */
public final class KafkaActivationStream implements ActivationStream {

    private static final Duration POLL = Duration.ofMillis(200);

    /** A partition is read no further once more bytes than this wait of it. */
    public static final long AHEAD_BYTES = 8L << 20;

    private final BlockReader reader;
    private final List<BlockSequence> sequences;
    private final List<TopicPartition> partitions;
    private final int partitionCount;
    private final List<String> topics;
    private long readRecords;
    private long readBytes;
    private long waitedNanos;
    private final Map<Long, TraceParent> traced = new HashMap<>();
    private final List<TraceParent> taken = new ArrayList<>();

    private KafkaActivationStream(
            BlockReader reader,
            List<String> topics,
            int partitionCount,
            long next,
            Map<TopicPartition, Long> offsets) {
        this.reader = reader;
        this.partitionCount = partitionCount;
        partitions = List.copyOf(offsets.keySet());
        sequences = new ArrayList<>();
        this.topics = List.copyOf(topics);
        topics.forEach(
                topic -> sequences.add(new BlockSequence(topic, partitionCount, next, offsets)));
        reader.readFrom(offsets);
    }

    /**
     * Starts reading.
     *
     * @param kafka the connection to the brokers
     * @param topics the sites' topics, that of the site that is read first
     * @param next the number of the first block to take
     * @param offsets where to read each partition of every topic from
     */
    public static KafkaActivationStream open(
            KafkaConnection kafka,
            List<String> topics,
            int partitionCount,
            long next,
            Map<TopicPartition, Long> offsets) {
        BlockReader reader = new BlockReader(kafka);
        try {
            return new KafkaActivationStream(reader, topics, partitionCount, next, offsets);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    @Override
    public Optional<SiteActivations> next() {
        if (!allDue()) {
            read();
            if (!allDue()) {
                return Optional.empty();
            }
        }
        long sequence = nextSequence();
        Optional.ofNullable(traced.remove(sequence)).ifPresent(taken::add);
        List<List<ActivationBlock>> blocks =
                sequences.stream().map(due -> due.poll().orElseThrow()).toList();
        return Optional.of(join(sequence, blocks));
    }

    private boolean allDue() {
        return sequences.stream().allMatch(BlockSequence::isDue);
    }

    @Override
    public long nextSequence() {
        return sequences.getFirst().next();
    }

    private void read() {
        reader.pauseOnly(partitions.stream().filter(this::isFull).toList());
        try {
            for (ConsumerRecord<Long, byte[]> record : poll()) {
                readRecords++;
                readBytes += Math.max(0, record.serializedValueSize());
                TraceParent.of(record.headers())
                        .ifPresent(place -> traced.put(record.key(), place));
                sequences.get(topics.indexOf(record.topic())).offer(record);
            }
        } catch (RecordDeserializationException e) {
            throw new RejectedBlockException(
                    nextSequence(), unreadable(e), "key is no block number");
        } catch (KafkaException e) {
            if (!BlockReader.isDamage(e)) {
                throw e;
            }
            throw new MissingBlockException(
                    "activation block lost: sequence=%d, topics=%s, reason=%s"
                            .formatted(nextSequence(), topics, BlockReader.damage(e)));
        }
    }

    private List<ConsumerRecord<Long, byte[]>> poll() {
        long begun = System.nanoTime();
        try {
            return reader.poll(POLL);
        } finally {
            waitedNanos += System.nanoTime() - begun;
        }
    }

    private ConsumerRecord<byte[], byte[]> unreadable(RecordDeserializationException e) {
        TopicPartition partition = reader.partition(e);
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                e.offset(),
                bytes(e.keyBuffer()),
                bytes(e.valueBuffer()));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        return buffer == null ? null : Utils.toArray(buffer);
    }

    /** A partition that the due block comes from is read, however much of it waits already. */
    private boolean isFull(TopicPartition partition) {
        BlockSequence sequence = sequences.get(topics.indexOf(partition.topic()));
        boolean due = sequence.next() % partitionCount == partition.partition();
        return !due && sequence.waitingBytes(partition.partition()) > AHEAD_BYTES;
    }

    private SiteActivations join(long sequence, List<List<ActivationBlock>> blocks) {
        int rows = rows(blocks.getFirst());
        for (int i = 0; i < topics.size(); i++) {
            if (rows(blocks.get(i)) != rows) {
                throw new MissingBlockException(
                        "activation rows mismatch: expected=%d, found=%d, topic=%s, sequence=%d"
                                .formatted(rows, rows(blocks.get(i)), topics.get(i), sequence));
            }
        }
        List<Integer> dims = blocks.stream().map(b -> b.getFirst().activationDim()).toList();
        int width = dims.stream().mapToInt(Integer::intValue).sum();
        int excluded = blocks.getFirst().getFirst().excluded();
        float[] values = new float[Math.multiplyExact(rows, width)];
        int column = 0;
        for (List<ActivationBlock> parts : blocks) {
            place(parts, values, width, column);
            column += parts.getFirst().activationDim();
        }
        return new SiteActivations(sequence, rows, excluded, dims, values);
    }

    private static int rows(List<ActivationBlock> parts) {
        return parts.stream().mapToInt(ActivationBlock::rows).sum();
    }

    private static void place(List<ActivationBlock> parts, float[] values, int width, int column) {
        int row = 0;
        for (ActivationBlock part : parts) {
            int dim = part.activationDim();
            float[] floats = new float[part.rows() * dim];
            part.copyTo(floats, 0);
            for (int i = 0; i < part.rows(); i++, row++) {
                System.arraycopy(floats, i * dim, values, row * width + column, dim);
            }
        }
    }

    @Override
    public Map<TopicPartition, Long> offsets() {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        sequences.forEach(sequence -> sequence.addOffsets(offsets));
        return offsets;
    }

    @Override
    public OptionalDouble meanRecordBytes() {
        return readRecords == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) readBytes / readRecords);
    }

    @Override
    public List<TraceParent> takeTraces() {
        List<TraceParent> since = List.copyOf(taken);
        taken.clear();
        return since;
    }

    @Override
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    @Override
    public void close() {
        reader.close();
    }
}
