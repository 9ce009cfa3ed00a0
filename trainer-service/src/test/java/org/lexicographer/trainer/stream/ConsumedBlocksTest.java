package org.lexicographer.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.Checkpoint.BufferState;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.Continuation;
import org.lexicographer.trainer.checkpoint.LeftOutRows;
import org.lexicographer.trainer.checkpoint.SequenceLog;

/** How far the blocks of a site may go that several jobs read. */
class ConsumedBlocksTest {

    private static final RunSpec SPEC = RunSpecs.of("run", 20);
    private static final String TOPIC = Topics.activationBlocks("run", RunSpecs.SITE);
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    private static final StoredObject OBJECT = new StoredObject("key", 1, "digest");

    private static Checkpoint checkpoint(Map<TopicPartition, Long> positions) {
        return new Checkpoint(
                3,
                4,
                Checkpoint.named(positions),
                false,
                SequenceLog.EMPTY,
                LeftOutRows.NONE,
                List.of(1.0),
                List.of(6),
                new BufferState(1, 1, false, OBJECT),
                OBJECT,
                Map.of());
    }

    private static CheckpointManifest job(
            List<Checkpoint> saved,
            Optional<SequenceLog> finished,
            Optional<Continuation> continuation) {
        return new CheckpointManifest(
                1, saved, finished, Map.of(), Optional.empty(), continuation, List.of());
    }

    private static CheckpointManifest at(Map<TopicPartition, Long> positions) {
        return job(List.of(checkpoint(positions)), Optional.empty(), Optional.empty());
    }

    private static Map<TopicPartition, Long> consumed(CheckpointManifest... readers) {
        return ConsumedBlocks.consumed(SPEC, RunSpecs.SITE, List.of(readers));
    }

    @Test
    void blocksGoThatEveryJobHasRead() {
        assertThat(consumed(at(Map.of(FIRST, 5L, SECOND, 7L)), at(Map.of(FIRST, 6L, SECOND, 2L))))
                .containsExactlyInAnyOrderEntriesOf(Map.of(FIRST, 5L, SECOND, 2L));
    }

    @Test
    void blocksStayThatAJobGoesOnWithWhichHasReadNoneOfThem() {
        assertThat(consumed(at(Map.of(FIRST, 5L, SECOND, 7L)), at(Map.of()))).isEmpty();
        assertThat(consumed(at(Map.of(FIRST, 5L, SECOND, 7L)), at(Map.of(FIRST, 3L))))
                .isEqualTo(Map.of(FIRST, 3L));
    }

    @Test
    void offsetsFromBeforeTheRunWasGivenMoreStepsCountForNothing() {
        CheckpointManifest notReopened =
                job(
                        List.of(checkpoint(Map.of(FIRST, 9L, SECOND, 9L))),
                        Optional.of(SequenceLog.EMPTY),
                        Optional.of(new Continuation(10, checkpoint(Map.of()), OBJECT)));

        assertThat(consumed(at(Map.of(FIRST, 5L, SECOND, 7L)), notReopened)).isEmpty();
    }

    @Test
    void blocksOfOtherSitesAreOthersToCount() {
        TopicPartition other = new TopicPartition("other", 0);

        assertThat(consumed(at(Map.of(FIRST, 5L, SECOND, 7L, other, 3L))))
                .isEqualTo(Map.of(FIRST, 5L, SECOND, 7L));
    }
}
