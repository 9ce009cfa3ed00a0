package org.lexicographer.trainer.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.trainer.watch.WatchState;

/**
 * Names everything that a trainer job needs to continue as if it had never stopped.
 *
 * @param step the training steps taken
 * @param nextSequence the number of the next block to take
 * @param offsets where to read on, by {@code topic-partition}
 * @param streamEnded whether the block that ends the stream was taken
 * @param taken the blocks whose rows became part of this state
 * @param leftOut how many of their rows did not
 * @param normalization what each site's activations are divided by, in the job's order of sites;
 *     empty until the buffer was filled for the first time
 * @param dims the width of each site's activations, in the same order
 * @param buffer the rows that wait in the shuffle buffer
 * @param recipes the recipes' states, as safetensors
 * @param watches what is known of the recipes' losses, by name
 */
public record Checkpoint(
        long step,
        long nextSequence,
        Map<String, Long> offsets,
        boolean streamEnded,
        SequenceLog taken,
        LeftOutRows leftOut,
        List<Double> normalization,
        List<Integer> dims,
        BufferState buffer,
        StoredObject recipes,
        Map<String, WatchState> watches) {

    /**
     * Checks that nothing is absent and that offsets are those of partitions; checkpoints of
     * earlier versions left out no rows.
     */
    public Checkpoint {
        leftOut = Objects.requireNonNullElse(leftOut, LeftOutRows.NONE);
        watches = Map.copyOf(Objects.requireNonNullElse(watches, Map.of()));
        offsets = Map.copyOf(offsets);
        offsets.keySet().forEach(Checkpoint::partition);
        normalization = List.copyOf(normalization);
        dims = List.copyOf(dims);
        requireNonNull(taken, "taken is null");
        requireNonNull(buffer, "buffer is null");
        requireNonNull(recipes, "recipes is null");
    }

    /** Returns where to read on, by partition. */
    public Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        offsets.forEach((name, next) -> positions.put(partition(name), next));
        return positions;
    }

    /** Topics have dashes in their names; the last one comes before the partition's number. */
    private static TopicPartition partition(String name) {
        int dash = name.lastIndexOf('-');
        try {
            return new TopicPartition(
                    name.substring(0, Math.max(0, dash)),
                    Integer.parseInt(name.substring(dash + 1)));
        } catch (NumberFormatException e) {
            throw new BrokenRuleException(
                    "offset of no partition", "a topic, a dash, a number", name);
        }
    }

    /** Returns positions as a checkpoint stores them. */
    public static Map<String, Long> named(Map<TopicPartition, Long> positions) {
        Map<String, Long> offsets = new HashMap<>();
        positions.forEach((partition, next) -> offsets.put(partition.toString(), next));
        return offsets;
    }

    /** Returns how many bytes its objects take. */
    public long bytes() {
        return buffer.object().size() + recipes.size();
    }

    /** Tells whether another one was saved when the job stood where it stood at this one. */
    boolean isOfTheMomentOf(Checkpoint other) {
        return step == other.step && nextSequence == other.nextSequence;
    }

    /**
     * What waits in the shuffle buffer.
     *
     * @param rows the number of rows, in serving order
     * @param fillings how often the buffer was filled
     * @param filling whether the buffer was being filled, so that its rows are not shuffled yet
     * @param object the rows as they rest in the buffer, little-endian, by {@code bufferType}
     */
    public record BufferState(int rows, long fillings, boolean filling, StoredObject object) {

        public BufferState {
            requireNonNull(object, "object is null");
        }
    }

    /**
     * An object and what it must contain.
     *
     * @param key the object's key
     * @param size its size in bytes
     * @param sha256 the SHA-256 of its content, in hexadecimal
     */
    public record StoredObject(String key, long size, String sha256) {

        public StoredObject {
            requireNonNull(key, "key is null");
            requireNonNull(sha256, "sha256 is null");
        }
    }
}
