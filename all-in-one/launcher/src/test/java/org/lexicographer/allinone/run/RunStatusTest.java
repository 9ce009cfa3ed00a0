package org.lexicographer.allinone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;

class RunStatusTest {

    private final RunStatus status = new RunStatus("demo");

    @Test
    void waitsUntilSomebodySpeaksForTheRun() {
        assertThat(status.state()).isEqualTo(State.WAITING);
    }

    @Test
    void keepsTheLastProgressOfEachPart() {
        // When
        status.take(progress("demo", "trainer/embed", State.RUNNING, "step", 1));
        status.take(progress("demo", "trainer/embed", State.RUNNING, "step", 2));
        status.take(progress("demo", "run", State.ENDED, "tokens", 7));

        // Then
        assertThat(status.state()).isEqualTo(State.ENDED);
        assertThat(status.partsOf("trainer/"))
                .singleElement()
                .satisfies(part -> assertThat(part.figures()).containsEntry("step", 2.0));
    }

    @Test
    void passesOverOtherRuns() {
        // When
        status.take(progress("demo-2", "run", State.FAILED, "tokens", 0));
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
        assertThat(status.rejected()).containsExactly("not a shard, uri=s3://a/b, line=3");
    }

    @Test
    void tellsWhichPartsFailed() {
        // Given
        RunProgress failed =
                new RunProgress(
                        "demo", "trainer/embed", State.FAILED, Map.of(), Optional.of("diverged"));

        // When
        status.take(entry(Topics.RUN_PROGRESS, failed.key(), failed.toJson()));

        // Then
        assertThat(status.failures()).containsExactly("trainer/embed: diverged");
    }

    @Test
    void forgetsReplicasThatAreGone() {
        // When
        status.take(at(1_000, "activation/killed"));
        status.take(at(61_000, "activation/living"));

        // Then
        assertThat(status.liveReplicas("activation/"))
                .extracting(RunProgress::part)
                .containsExactly("activation/living");
    }

    private static ConsumerRecord<byte[], byte[]> at(long millis, String part) {
        ConsumerRecord<byte[], byte[]> entry = progress("demo", part, State.RUNNING, "tokens", 1);
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

    private static ConsumerRecord<byte[], byte[]> progress(
            String run, String part, State state, String figure, double value) {
        RunProgress progress =
                new RunProgress(run, part, state, Map.of(figure, value), Optional.empty());
        return entry(Topics.RUN_PROGRESS, progress.key(), progress.toJson());
    }

    private static ConsumerRecord<byte[], byte[]> rejected(String key, String reason) {
        ConsumerRecord<byte[], byte[]> entry = entry(Topics.REJECTED, key, new byte[0]);
        entry.headers().add("reason", reason.getBytes(StandardCharsets.UTF_8));
        entry.headers().add("uri", "s3://a/b".getBytes(StandardCharsets.UTF_8));
        entry.headers().add("line", "3".getBytes(StandardCharsets.UTF_8));
        return entry;
    }

    private static ConsumerRecord<byte[], byte[]> entry(String topic, String key, byte[] value) {
        return new ConsumerRecord<>(topic, 0, 0, key.getBytes(StandardCharsets.UTF_8), value);
    }
}
