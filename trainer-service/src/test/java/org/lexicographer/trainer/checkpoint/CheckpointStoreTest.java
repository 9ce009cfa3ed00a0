package org.lexicographer.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.objectstore.UploadSource;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.trainer.RunSpecs;

class CheckpointStoreTest {

    private static final String RUN = "run";
    private static final Site SITE = Site.parse("layers.1.mlp.out");

    @TempDir Path workFolder;

    private RunSpec spec = RunSpecs.of(RUN, 10);

    private final InMemoryObjectStore objects = new InMemoryObjectStore("bucket");

    private CheckpointStore takeOver() {
        return CheckpointStore.takeOver(objects, spec, SITE, workFolder);
    }

    private static Checkpoint save(CheckpointStore store, long step) {
        return save(store, step, step);
    }

    private static Checkpoint save(CheckpointStore store, long step, long block) {
        SafetensorsWriter recipes = new SafetensorsWriter();
        recipes.addLongs("step", List.of(), new long[] {step});
        byte[] rows = {(byte) step, (byte) block, 2, 3};
        return store.save(
                new CheckpointStore.Moment(step, block),
                new CheckpointStore.Content(UploadSource.of(rows), recipes),
                TestCheckpoints.of(step, block, Map.of()));
    }

    private static Optional<Long> restored(CheckpointStore store) {
        List<Long> steps = new ArrayList<>();
        Optional<Checkpoint> checkpoint =
                store.restoreNewest(
                        (named, rows, states) -> {
                            assertThat((long) rows.readByte()).isEqualTo(named.step());
                            steps.add(states.longs("step")[0]);
                        });
        assertThat(checkpoint.map(Checkpoint::step).stream().toList()).isEqualTo(steps);
        return checkpoint.map(Checkpoint::step);
    }

    private List<String> keys() {
        try (Stream<ObjectStat> stats = objects.list(ObjectKeys.checkpoints(RUN, SITE))) {
            return stats.map(ObjectStat::key).toList();
        }
    }

    private static void damage(InMemoryObjectStore objects, String key) {
        byte[] bytes = objects.bytes(key);
        bytes[bytes.length - 1] ^= 1;
        objects.put(key, bytes);
    }

    @Test
    void startsFromTheBeginningWithoutACheckpoint() {
        assertThat(restored(takeOver())).isEmpty();
    }

    @Test
    void restoresTheNewest() {
        CheckpointStore store = takeOver();
        save(store, 1);
        save(store, 2);

        assertThat(restored(takeOver())).contains(2L);
    }

    @Test
    void anUploadWhoseAnswerIsLostIsRepeated() {
        // Given
        Set<String> uploaded = new HashSet<>();
        Duration pause = Duration.ofNanos(1);
        ObjectStore patient =
                RetryingObjectStore.wrap(
                        losingFirstAnswers(uploaded),
                        new RetryPolicy(pause, pause, Duration.ofMinutes(1)));

        // When
        Checkpoint saved = save(CheckpointStore.takeOver(patient, spec, SITE, workFolder), 1);

        // Then
        assertThat(uploaded)
                .containsExactlyInAnyOrder(saved.buffer().object().key(), saved.recipes().key());
        assertThat(restored(takeOver())).contains(1L);
        assertThat(workFolder).isEmptyDirectory();
    }

    private ObjectStore losingFirstAnswers(Set<String> uploaded) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        CheckpointStoreTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            try {
                                Object answer = method.invoke(objects, arguments);
                                if (method.getName().equals("put")
                                        && uploaded.add((String) arguments[0])) {
                                    throw new RetryableObjectStoreException("answer lost", null);
                                }
                                return answer;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @Test
    void leavesNoFilesWhereACheckpointCannotBeFetched() {
        save(takeOver(), 1);
        keys().stream().filter(key -> key.endsWith("recipes.safetensors")).forEach(objects::delete);

        assertThatThrownBy(() -> restored(takeOver()))
                .isInstanceOf(DamagedCheckpointException.class);
        assertThat(workFolder).isEmptyDirectory();
    }

    @Test
    void keepsTheLastTwoAndRemovesOlderOnes() {
        CheckpointStore store = takeOver();
        save(store, 1);
        save(store, 2);
        save(store, 3);

        assertThat(keys())
                .hasSize(5)
                .noneMatch(key -> key.contains("step-0000000001"))
                .anyMatch(key -> key.contains("step-0000000002"))
                .anyMatch(key -> key.contains("step-0000000003"));
    }

    @Test
    void keepsTheCheckpointsThatTheRunSpecAsksFor() {
        spec = RunSpecs.keeping(RUN, 10, 1L);
        CheckpointStore store = takeOver();
        for (long step = 1; step <= 4; step++) {
            save(store, step);
        }
        assertThat(keys())
                .hasSize(7)
                .anyMatch(key -> key.contains("step-0000000001"))
                .noneMatch(key -> key.contains("step-0000000002"));

        store.finish(SequenceLog.EMPTY, Map.of(), RowAccount.EMPTY);
        assertThat(keys()).hasSize(3).anyMatch(key -> key.contains("step-0000000001"));
    }

    @Test
    void neverLoadsAHalfWrittenOne() {
        CheckpointStore store = takeOver();
        save(store, 1);
        assertThatThrownBy(
                        () ->
                                store.save(
                                        new CheckpointStore.Moment(2, 2),
                                        new CheckpointStore.Content(
                                                UploadSource.of(new byte[] {2}),
                                                new SafetensorsWriter()),
                                        (buffer, states) -> {
                                            throw new IllegalStateException("killed here");
                                        }))
                .hasMessage("killed here");

        assertThat(restored(takeOver())).contains(1L);
    }

    @Test
    void savesBlocksThatWereTakenWithoutAStepBesideWhatTheStepLeft() {
        CheckpointStore store = takeOver();
        Checkpoint stepped = save(store, 1, 4);
        Checkpoint filled = save(store, 1, 6);

        assertThat(filled.buffer().object().key()).isNotEqualTo(stepped.buffer().object().key());
        damage(objects, filled.buffer().object().key());
        assertThat(restored(takeOver())).contains(1L);
    }

    @Test
    void savingTheSameMomentAgainKeepsTheOneBefore() {
        CheckpointStore store = takeOver();
        save(store, 1);
        save(store, 2);
        Checkpoint again = save(store, 2);

        assertThat(CheckpointStore.peek(objects, RUN, SITE).resumable())
                .extracting(Checkpoint::step)
                .containsExactly(1L, 2L);
        damage(objects, again.recipes().key());
        assertThat(restored(takeOver())).contains(1L);
    }

    @Test
    void fallsBackToTheOneBeforeADamagedOne() {
        CheckpointStore store = takeOver();
        save(store, 1);
        damage(objects, save(store, 2).recipes().key());

        assertThat(restored(takeOver())).contains(1L);
    }

    @Test
    void fallsBackToTheOneBeforeALostOne() {
        CheckpointStore store = takeOver();
        save(store, 1);
        objects.delete(save(store, 2).buffer().object().key());

        assertThat(restored(takeOver())).contains(1L);
    }

    @Test
    void refusesToStartOverWhenAllAreDamaged() {
        CheckpointStore store = takeOver();
        damage(objects, save(store, 1).recipes().key());

        assertThatThrownBy(() -> restored(takeOver()))
                .isInstanceOf(DamagedCheckpointException.class)
                .hasMessageStartingWith("every checkpoint is damaged: key=");
    }

    @Test
    void aFormerOwnerCannotNameACheckpoint() {
        CheckpointStore former = takeOver();
        save(former, 1);
        CheckpointStore present = takeOver();
        save(present, 2);

        assertThatThrownBy(() -> save(former, 3)).isInstanceOf(JobLostException.class);
        assertThat(restored(takeOver())).contains(2L);
    }

    @Test
    void aFormerOwnerCannotFinishTheJob() {
        CheckpointStore former = takeOver();
        takeOver();

        assertThatThrownBy(() -> former.finish(SequenceLog.EMPTY, Map.of(), RowAccount.EMPTY))
                .isInstanceOf(JobLostException.class);
        assertThat(CheckpointStore.peek(objects, RUN, SITE).isFinished()).isFalse();
    }

    @Test
    void leavesAloneWhatALaterOwnerStores() {
        CheckpointStore store = takeOver();
        String later =
                ObjectKeys.checkpoints(RUN, SITE) + "step-0000000009-generation-2/buffer.f32";
        objects.put(later, new byte[] {1});
        save(store, 1);

        assertThat(keys()).contains(later);
    }

    @Test
    void keepsNothingButTheManifestOfAFinishedJob() {
        CheckpointStore store = takeOver();
        save(store, 1);
        store.finish(SequenceLog.EMPTY, Map.of(), RowAccount.EMPTY);

        assertThat(keys()).containsExactly(ObjectKeys.checkpointManifest(RUN, SITE));
        assertThat(takeOver().isFinished()).isTrue();
    }
}
