package org.lexicographer.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.UploadSource;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.RunExtension;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.checkpoint.TestCheckpoints;

class CheckpointRetentionTest {

    private static final int STEPS = 8;
    private static final int WANTED = 2;
    private static final Instant SEEN = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration KEPT = Duration.ofDays(7);

    @TempDir Path workFolder;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("bucket");
    private final RunSpec spec =
            RunSpecs.changed(
                    RunSpecs.of("run", STEPS),
                    json -> json.withObject("/training").putArray("keepCheckpoints").add(WANTED));

    @BeforeEach
    void admit() {
        new StoredRuns(objects).admit(spec);
    }

    private static CheckpointStore.Content content(long step) {
        return new CheckpointStore.Content(
                UploadSource.of(new byte[] {(byte) step}), new SafetensorsWriter());
    }

    private CheckpointStore atWork() {
        CheckpointStore store = CheckpointStore.takeOver(objects, spec, RunSpecs.SITE, workFolder);
        for (long step : List.of((long) WANTED, 4L, 6L)) {
            store.save(
                    new CheckpointStore.Moment(step, step),
                    content(step),
                    TestCheckpoints.of(step));
        }
        return store;
    }

    private void end(State state) {
        objects.put(
                ObjectKeys.runEnd("run"),
                new RunEnd(state, Optional.empty()).after(STEPS).toJson());
    }

    private void finish() {
        CheckpointStore store = atWork();
        store.keep(STEPS, content(STEPS), new byte[] {1, 2}, TestCheckpoints.of(STEPS));
        store.finish(SequenceLog.EMPTY.with(0, 8), Map.of(), new RowAccount(8, 8, 0, 0, 0));
        end(State.ENDED);
    }

    private CheckpointManifest manifest() {
        return CheckpointStore.peek(objects, "run", RunSpecs.SITE);
    }

    private List<String> checkpoints() {
        return objects.list(ObjectKeys.checkpoints("run", RunSpecs.SITE))
                .map(ObjectStat::key)
                .filter(key -> !key.endsWith("manifest.json"))
                .map(key -> key.replaceFirst(".*/layers.0.mlp.out/([^/]*)-generation.*", "$1"))
                .distinct()
                .toList();
    }

    private List<Removal> sweep(Duration after) {
        return new CheckpointRetention(objects, KEPT, InstantSource.fixed(SEEN.plus(after)))
                .sweep();
    }

    @Test
    void whatARunCouldGoOnFromGoesAndWhatItsSpecWantsStays() {
        finish();
        assertThat(sweep(Duration.ZERO)).isEmpty();
        assertThat(sweep(KEPT.minusSeconds(1))).isEmpty();
        assertThat(checkpoints()).containsExactly("continuation", "step-0000000002-block-2");

        List<Removal> removed = sweep(KEPT);

        assertThat(removed).hasSize(1);
        assertThat(removed.getFirst().objects()).isEqualTo(3);
        assertThat(removed.getFirst().at()).isEqualTo("2026-02-07T12:00:00Z");
        assertThat(checkpoints()).containsExactly("step-0000000002-block-2");
        assertThat(manifest().isFinished()).isTrue();
        assertThat(manifest().checkpoints()).hasSize(1);
        assertThat(RunStorage.of(objects, "run").removed()).isEqualTo(removed);
        assertThat(sweep(KEPT.multipliedBy(2))).isEmpty();
    }

    @Test
    void nothingOfARunThatIsAtWorkOrCanBeResumedIsRemoved() {
        atWork();
        sweep(Duration.ZERO);
        assertThat(sweep(KEPT)).isEmpty();

        end(State.FAILED);
        sweep(KEPT);
        assertThat(sweep(KEPT.multipliedBy(2))).isEmpty();

        assertThat(manifest().resumable()).hasSize(2);
        assertThat(checkpoints()).hasSize(3);
    }

    @Test
    void ofARunThatWasCancelledWhatItsSpecWantsStays() {
        atWork();
        end(State.CANCELLED);
        sweep(Duration.ZERO);

        List<Removal> removed = sweep(KEPT);

        assertThat(removed).hasSize(1);
        assertThat(checkpoints()).containsExactly("step-0000000002-block-2");
        assertThat(RunStorage.of(objects, "run").removed()).isEqualTo(removed);
    }

    @Test
    void whatABrokenOffRemovalLeftGoesTheNextTimeAndIsNotCountedTwice() {
        finish();
        CheckpointManifest before = manifest();
        byte[] json = objects.bytes(ObjectKeys.checkpointManifest("run", RunSpecs.SITE));
        sweep(Duration.ZERO);
        List<Removal> removed = sweep(KEPT);
        // As if it had come no further than to the record.
        objects.put(ObjectKeys.checkpointManifest("run", RunSpecs.SITE), json);
        objects.put(before.continuation().orElseThrow().lastBlock().key(), new byte[] {1, 2});

        assertThat(sweep(KEPT.plusHours(1))).isEmpty();

        assertThat(checkpoints()).containsExactly("step-0000000002-block-2");
        assertThat(manifest().continuation()).isEmpty();
        assertThat(RunStorage.of(objects, "run").removed()).isEqualTo(removed);
    }

    @Test
    void oneRunThatIsNotReadableIsNotInTheWayOfOthers() {
        finish();
        new StoredRuns(objects).admit(RunSpecs.of("damaged", STEPS));
        new StoredRuns(objects).admit(RunSpecs.of("lost", STEPS));
        objects.put(
                ObjectKeys.runEnd("damaged"), new RunEnd(State.ENDED, Optional.empty()).toJson());
        objects.put(ObjectKeys.runEnd("lost"), new byte[] {1});
        objects.put(ObjectKeys.checkpointManifest("damaged", RunSpecs.SITE), new byte[] {1});
        sweep(Duration.ZERO);

        assertThat(sweep(KEPT)).hasSize(1);
    }

    /** It has no record of who has the checkpoint. */
    @Test
    void anExtensionThatAnEarlierVersionBeganKeepsItsCheckpoint() {
        finish();
        new RunExtensions(objects)
                .begin("run", new RunExtension(STEPS, 2 * STEPS, 5), new byte[] {1});
        sweep(Duration.ZERO);

        assertThat(sweep(KEPT)).isEmpty();

        assertThat(manifest().continuation()).isPresent();
    }
}
