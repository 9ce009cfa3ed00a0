package org.lexicographer.activation.stream;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
import org.lexicographer.pipeline.block.CorruptBlockException;
import org.lexicographer.pipeline.block.ResidualBlock;
import org.lexicographer.pipeline.block.ResidualBlockFormat;
import org.lexicographer.pipeline.run.RunStages;

/**
 * Where the blocks of a stage come from.
 *
 * @param what what a block is called
 * @param topic the topic
 * @param group the consumer group that reads it
 * @param firstBlock the number of the first block of all partitions; empty where a topic begins
 *     with whatever block its writer had come to
 * @param parting says which part of its block a record is
 */
public record BlockSource(
        String what, String topic, String group, OptionalLong firstBlock, Parting parting) {

    /** The only part of a block that is one record. */
    private static final Part WHOLE = new Part(0, 1);

    /**
     * One of the records of a block.
     *
     * @param number from 0
     * @param of how many records the block is made of
     */
    public record Part(int number, int of) {}

    /** Says which part of its block a record is. */
    @FunctionalInterface
    public interface Parting {

        /**
         * Looks at a record's value.
         *
         * @throws CorruptBlockException when it cannot be told
         */
        Part of(byte[] value);
    }

    /** Checks that nothing is absent. */
    public BlockSource {
        requireNonNull(what, "what is null");
        requireNonNull(topic, "topic is null");
        requireNonNull(group, "group is null");
        requireNonNull(firstBlock, "firstBlock is null");
        requireNonNull(parting, "parting is null");
    }

    /**
     * Returns the token blocks of a run, which its first stage reads.
     *
     * @param firstBlock the number of the first block that the run's topic has held
     */
    public static BlockSource tokens(RunStages stages, long firstBlock) {
        return new BlockSource(
                "token block",
                stages.source(0),
                stages.group(0),
                OptionalLong.of(firstBlock),
                value -> WHOLE);
    }

    /**
     * Returns the residual blocks that a later stage of a run reads. Where the run is extracted
     * again, their topic begins with the first token block that is still there: were one missing,
     * the trainers would notice.
     */
    public static BlockSource residuals(RunStages stages, int stage) {
        return new BlockSource(
                "residual block",
                stages.source(stage),
                stages.group(stage),
                OptionalLong.empty(),
                BlockSource::part);
    }

    private static Part part(byte[] value) {
        ResidualBlock part = ResidualBlockFormat.decode(value);
        return new Part(part.part(), part.parts());
    }
}
