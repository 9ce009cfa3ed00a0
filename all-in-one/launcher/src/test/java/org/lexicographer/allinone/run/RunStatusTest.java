package org.lexicographer.allinone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;

class RunStatusTest {

    private final RunStatus status = new RunStatus("demo");

    @Test
    void waitsUntilSomebodySpeaksForTheRun() {
        assertThat(status.state()).isEqualTo(State.WAITING);
    }

    @Test
    void keepsTheLastProgressOfEachPart() {
        // When
        status.take(progress("demo", training(1), State.RUNNING));
        status.take(progress("demo", training(2), State.RUNNING));
        status.take(progress("demo", new WholeRun(), State.ENDED));

        // Then
        assertThat(status.state()).isEqualTo(State.ENDED);
        assertThat(status.saidOf(TrainingProgress.class))
                .singleElement()
                .satisfies(said -> assertThat(said.part().step()).isEqualTo(2));
    }

    @Test
    void passesOverOtherRuns() {
        // When
        status.take(progress("demo-2", new WholeRun(), State.FAILED));
        status.take(rejected("demo-2", "not ours"));

        // Then
        assertThat(status.state()).isEqualTo(State.WAITING);
        assertThat(status.rejected()).isEmpty();
    }

    @Test
    void saysWhyARecordWasRejected() {
        // When
        status.take(rejected("demo", "not a shard"));

        // Then
        assertThat(status.rejected())
                .containsExactly(
                        "not a shard, uri=s3://a/b, line=3,"
                                + " topic=dataset-shards, partition=0, offset=0");
    }

    @Test
    void tellsWhichPartsFailed() {
        // Given
        RunProgress failed =
                new RunProgress("demo", training(0), State.FAILED, Optional.of("diverged"));

        // When
        status.take(entry(Topics.RUN_PROGRESS, failed.key(), failed.toJson()));

        // Then
        assertThat(status.failures()).containsExactly("trainer/embed: diverged");
    }

    @Test
    void forgetsReplicasThatAreGone() {
        // When
        status.take(at(1_000, "killed"));
        status.take(at(61_000, "living"));

        // Then
        assertThat(status.liveReplicas())
                .extracting(said -> said.part().replica())
                .containsExactly("living");
    }

    private static ConsumerRecord<byte[], byte[]> at(long millis, String replica) {
        ConsumerRecord<byte[], byte[]> entry =
                progress("demo", new ExtractionProgress(replica, 1, 1, 1, 0), State.RUNNING);
        return new ConsumerRecord<>(
                entry.topic(),
                0,
                0,
                millis,
                TimestampType.CREATE_TIME,
                0,
                0,
                entry.key(),
                entry.value(),
                new RecordHeaders(),
                Optional.empty());
    }

    private static TrainingProgress training(long step) {
        return new TrainingProgress(
                Site.parse("embed"), step, 9, 0, 0, StreamProgress.START, Map.of());
    }

    private static ConsumerRecord<byte[], byte[]> progress(
            String run, PartProgress part, State state) {
        RunProgress progress = new RunProgress(run, part, state, Optional.empty());
        return entry(Topics.RUN_PROGRESS, progress.key(), progress.toJson());
    }

    private static ConsumerRecord<byte[], byte[]> rejected(String key, String reason) {
        Rejection rejection =
                Rejection.of(entry(Topics.DATASET_SHARDS, key, new byte[0]), reason)
                        .because("s3://a/b", Optional.of(3L));
        ConsumerRecord<byte[], byte[]> entry = entry(Topics.REJECTED, key, rejection.value());
        rejection.headers().forEach(entry.headers()::add);
        return entry;
    }

    private static ConsumerRecord<byte[], byte[]> entry(String topic, String key, byte[] value) {
        return new ConsumerRecord<>(topic, 0, 0, key.getBytes(StandardCharsets.UTF_8), value);
    }
}
