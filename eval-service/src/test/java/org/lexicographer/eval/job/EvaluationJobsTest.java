package org.lexicographer.eval.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.eval.service.StoredRun.ACTIVATION_DIM;

import ai.djl.ndarray.NDManager;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.ZeroDictionary;
import org.lexicographer.eval.service.EvalMetrics;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.stage.EvaluationOutput;
import org.lexicographer.eval.stage.EvaluationProgress;
import org.lexicographer.eval.stage.EvaluationStage;
import org.lexicographer.eval.stage.OutputFailedException;
import org.lexicographer.eval.statistics.PlanStore;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.statistics.kept.LatentKeeper;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.testing.Await;

class EvaluationJobsTest {

    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final long DEADLINE_SECONDS = 900;

    private final AtomicInteger outages = new AtomicInteger();
    private Supplier<RuntimeException> failure =
            () -> new RetryableObjectStoreException("out of reach", null);
    private Duration outageLimit = Duration.ofHours(24);
    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final ObjectStore store = failing(objects);
    private final Announced announced = new Announced();
    private LanguageModels<LanguageModel> models;
    private LatentKeeper keeper;
    private EvaluationStage stage;
    private EvaluationJobs jobs;

    /** Fails as many calls as said, then works. */
    private ObjectStore failing(ObjectStore store) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        EvaluationJobsTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (proxy, method, arguments) -> {
                            if (outages.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                                throw failure.get();
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static final class Announced implements EvaluationOutput {
        private final List<Evaluation> evaluations = new CopyOnWriteArrayList<>();
        private final List<RunProgress> progress = new CopyOnWriteArrayList<>();
        private final AtomicInteger outages = new AtomicInteger();
        private final CountDownLatch hanging = new CountDownLatch(1);
        private volatile boolean hangs;
        private volatile boolean isBroken;

        @Override
        public void dictionary(DictionaryCheckpoint checkpoint) {
            throw new IllegalStateException("jobs announce no dictionaries");
        }

        @Override
        public void evaluation(Evaluation evaluation) {
            if (hangs) {
                hang();
            }
            if (isBroken) {
                throw new LinkageError("generated");
            }
            if (outages.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw new OutputFailedException(new IllegalStateException("no broker"));
            }
            evaluations.add(evaluation);
        }

        private void hang() {
            hanging.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Override
        public void progress(RunProgress message) {
            progress.add(message);
        }
    }

    /** Completes with empty text when settled, with the reason when rejected. */
    private static final class Outcome extends CompletableFuture<String> implements EvaluationJob {
        private final DictionaryCheckpoint checkpoint;

        Outcome(DictionaryCheckpoint checkpoint) {
            this.checkpoint = checkpoint;
        }

        @Override
        public DictionaryCheckpoint checkpoint() {
            return checkpoint;
        }

        @Override
        public void settle() {
            complete("");
        }

        @Override
        public void reject(String reason) {
            complete(reason);
        }

        String await() throws Exception {
            return get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void start(@TempDir Path cache) {
        ModelFolders folders = new ModelFolders(store, cache, true);
        keeper = new LatentKeeper(new KeptLatents(0), folders);
        models = StoredRun.models(folders);
        stage = stage(1 << 20);
        jobs = jobs(false);
    }

    private EvaluationStage stage(long memory) {
        return new EvaluationStage(
                new RunStore(store),
                new DictionaryStore(store),
                new EvaluationStore(store),
                models,
                keeper,
                memory);
    }

    private EvaluationJobs jobs(boolean intermediate) {
        return new EvaluationJobs(
                stage,
                announced,
                new PlanStore(store)::want,
                new EvaluationJobs.Settings(
                        intermediate, PAUSE, PAUSE, outageLimit, Duration.ofMinutes(5)),
                InstantSource.system(),
                new EvalMetrics(new SimpleMeterRegistry()));
    }

    @AfterEach
    void stop() {
        jobs.close();
        models.close();
    }

    private StoredRun run(String name) {
        return new StoredRun(objects, name).storeSpec().storeHeldOut(4);
    }

    private StoredRun readyRun(String name) {
        return run(name).completeHeldOut(4);
    }

    private Outcome submit(DictionaryCheckpoint checkpoint) {
        Outcome outcome = new Outcome(checkpoint);
        jobs.submit(outcome);
        return outcome;
    }

    private static IdentityDictionary identity() {
        return new IdentityDictionary(ACTIVATION_DIM);
    }

    @Test
    void storesAndAnnouncesBeforeItSettles() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint = readyRun("demo").saved("a", identity());

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).isEmpty();
        assertThat(announced.evaluations).hasSize(1);
        assertThat(announced.evaluations.getFirst().isFinal()).isTrue();
        assertThat(stage.heldOutEvaluation(checkpoint)).contains(announced.evaluations.getFirst());
        assertThat(announced.progress.getLast().state()).isEqualTo(State.ENDED);
        assertThat(announced.progress.getLast().part().part())
                .isEqualTo("evaluation/demo/layers.0.mlp.out/a");
    }

    @Test
    void aCheckpointThatComesAgainIsOnlyAnnouncedAgain() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint = readyRun("demo").saved("a", identity());
        submit(checkpoint).await();
        objects.delete(ObjectKeys.runSpec("demo"));

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).isEmpty();
        assertThat(announced.evaluations).hasSize(2);
        assertThat(announced.evaluations.getFirst()).isEqualTo(announced.evaluations.getLast());
    }

    @Test
    void othersGoOnWhileARunWaitsForItsContexts() throws Exception {
        // Given
        StoredRun waiting = run("waiting");
        Outcome first = submit(waiting.saved("a", identity()));

        // When
        submit(readyRun("ready").saved("a", identity())).await();
        boolean stillWaiting = !first.isDone();
        waiting.completeHeldOut(4);

        // Then
        assertThat(stillWaiting).isTrue();
        assertThat(first.await()).isEmpty();
        assertThat(announced.progress)
                .filteredOn(progress -> progress.state() == State.WAITING)
                .singleElement()
                .satisfies(
                        progress ->
                                assertThat(progress.message())
                                        .contains("waits for the held-out contexts"));
    }

    private long waitingJobs() {
        return announced.progress.stream()
                .filter(progress -> progress.state() == State.WAITING)
                .count();
    }

    @Test
    void whatWaitsForOneRunIsEvaluatedTogether() throws Exception {
        // Given
        StoredRun waiting = run("demo");
        List<DictionaryCheckpoint> checkpoints =
                List.of(
                        waiting.saved("a", identity()),
                        waiting.saved("b", new ZeroDictionary(ACTIVATION_DIM, ACTIVATION_DIM, 8)),
                        waiting.announced("absent", StoredRun.MLP_OUT),
                        waiting.saved("c", identity(), StoredRun.MLP_IN, StoredRun.MLP_OUT));
        List<Outcome> outcomes = checkpoints.stream().map(this::submit).toList();
        Await.until("all of them wait", () -> waitingJobs() == checkpoints.size());

        // When
        waiting.completeHeldOut(4);
        List<String> results = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            results.add(outcome.await());
        }

        // Then
        assertThat(results.get(2)).startsWith("dictionary incomplete: missing=");
        results.remove(2);
        assertThat(results).containsOnly("");
        assertThat(announced.evaluations)
                .extracting(evaluation -> evaluation.dictionary().recipe())
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(announced.progress)
                .extracting(RunProgress::state)
                .filteredOn(state -> state != State.WAITING && state != State.FAILED)
                .containsExactly(
                        State.RUNNING,
                        State.RUNNING,
                        State.RUNNING,
                        State.ENDED,
                        State.ENDED,
                        State.ENDED);
    }

    @Test
    void aCheckpointThatWaitsTwiceIsSettledTwice() throws Exception {
        // Given
        StoredRun waiting = run("demo");
        DictionaryCheckpoint checkpoint = waiting.saved("a", identity());
        Outcome first = submit(checkpoint);
        Outcome again = submit(checkpoint);

        // When
        waiting.completeHeldOut(4);

        // Then
        assertThat(first.await()).isEmpty();
        assertThat(again.await()).isEmpty();
        assertThat(Set.copyOf(announced.evaluations)).hasSize(1);
    }

    @Test
    void anEvaluationHasTheSameBytesAloneAndTogether() throws Exception {
        // Given
        List<DictionaryCheckpoint> together = new ArrayList<>();
        for (String run : List.of("alone", "together")) {
            StoredRun stored = readyRun(run);
            try (NDManager manager = NDManager.newBaseManager()) {
                together =
                        List.of(
                                stored.saved("a", StoredRun.random(manager, false)),
                                stored.saved("b", identity(), StoredRun.MLP_IN, StoredRun.MLP_OUT));
            }
            if (run.equals("alone")) {
                for (DictionaryCheckpoint checkpoint : together) {
                    submit(checkpoint).await();
                }
            }
        }

        // When
        stage.evaluateHeldOut(Set.copyOf(together), EvaluationProgress.NONE);

        // Then
        for (DictionaryCheckpoint checkpoint : together) {
            String key =
                    ObjectKeys.evaluation(
                            checkpoint.dictionary(), checkpoint.step(), Evaluation.HELD_OUT);
            String alone = key.replace("together", "alone");
            assertThat(new String(objects.bytes(key), StandardCharsets.UTF_8))
                    .isEqualTo(
                            new String(objects.bytes(alone), StandardCharsets.UTF_8)
                                    .replace("alone", "together"));
        }
    }

    @Test
    void moreDictionariesThanMemoryIsMeantForAreAllEvaluated() {
        // Given
        EvaluationStage narrow = stage(1);
        StoredRun run = readyRun("demo");
        List<DictionaryCheckpoint> checkpoints =
                List.of(run.saved("a", identity()), run.saved("b", identity()));

        // When
        var outcomes = narrow.evaluateHeldOut(Set.copyOf(checkpoints), EvaluationProgress.NONE);

        // Then
        assertThat(outcomes.values())
                .extracting(outcome -> outcome.orThrow().dictionary().recipe())
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aCancelledRunIsNotWaitedFor() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint = run("demo").saved("a", identity());
        objects.put(
                ObjectKeys.runEnd("demo"),
                "{\"state\":\"CANCELLED\"}".getBytes(StandardCharsets.UTF_8));

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).isEmpty();
        assertThat(announced.evaluations).isEmpty();
        assertThat(announced.progress.getLast().state()).isEqualTo(State.CANCELLED);
        assertThat(new PlanStore(objects).isWanted(checkpoint)).isTrue();
    }

    @Test
    void anOutageOfTheStoreIsWaitedOut() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint = readyRun("demo").saved("a", identity());
        outages.set(3);

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).isEmpty();
        assertThat(announced.evaluations).hasSize(1);
    }

    @Test
    void anOutageThatLastsTooLongIsFinal() throws Exception {
        // Given
        outageLimit = Duration.ofMillis(1);
        jobs = jobs(false);
        DictionaryCheckpoint checkpoint = readyRun("demo").saved("a", identity());
        outages.set(Integer.MAX_VALUE);

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).isEqualTo("outage too long: limit=PT0.001S, reason=out of reach");
        assertThat(announced.progress.getLast().state()).isEqualTo(State.FAILED);
        assertThat(announced.progress.getLast().message()).contains(outcome);
    }

    @Test
    void whatTheStoreRefusesIsFinalAtTheFirstSight() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint = readyRun("demo").saved("a", identity());
        failure = () -> new RefusedObjectStoreException("refused: code=AccessDenied", null);
        outages.set(1);

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).isEqualTo("refused: code=AccessDenied");
        assertThat(announced.progress)
                .singleElement()
                .satisfies(
                        progress -> {
                            assertThat(progress.state()).isEqualTo(State.FAILED);
                            assertThat(progress.message()).contains(outcome);
                        });
    }

    @Test
    void anOutageOfTheBrokersIsWaitedOut() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint = readyRun("demo").saved("a", identity());
        announced.outages.set(2);

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).isEmpty();
        assertThat(announced.evaluations).hasSize(1);
    }

    @Test
    void rejectsADictionaryOfAnotherWidth() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint =
                readyRun("demo").saved("a", new ZeroDictionary(24, 24, 8));

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome)
                .isEqualTo(
                        "activation width mismatch: expected=16, found=24, site=layers.0.mlp.out");
        assertThat(announced.progress.getLast().state()).isEqualTo(State.FAILED);
        assertThat(announced.progress.getLast().message()).contains(outcome);
    }

    @Test
    void rejectsADictionaryThatIsNotThere() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint = readyRun("demo").announced("a", StoredRun.MLP_OUT);

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).startsWith("dictionary incomplete: missing=dictionaries/demo/");
    }

    @Test
    void rejectsADictionaryOfARunWithoutSpec() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint = readyRun("demo").saved("a", identity());
        objects.delete(ObjectKeys.runSpec("demo"));

        // When
        String outcome = submit(checkpoint).await();

        // Then
        assertThat(outcome).isEqualTo("run spec missing: run=demo");
    }

    @Test
    void intermediateCheckpointsAreEvaluatedWhereWanted() throws Exception {
        // Given
        DictionaryCheckpoint last = readyRun("demo").saved("a", identity());
        DictionaryCheckpoint intermediate =
                new DictionaryCheckpoint(last.dictionary(), 5, 80, false, last.prefix());

        // When
        submit(intermediate).await();
        int byDefault = announced.evaluations.size();
        jobs.close();
        jobs = jobs(true);
        submit(intermediate).await();

        // Then
        assertThat(byDefault).isZero();
        assertThat(announced.evaluations).extracting(Evaluation::step).containsExactly(5L);
    }

    @Test
    void whatAnInterruptedCallThrowsRejectsNothing() throws Exception {
        // Given
        announced.hangs = true;
        Outcome outcome = submit(readyRun("demo").saved("a", identity()));
        boolean hanging = announced.hanging.await(DEADLINE_SECONDS, TimeUnit.SECONDS);

        // When
        jobs.close();

        // Then
        assertThat(hanging).isTrue();
        assertThat(outcome).isNotDone();
    }

    @Test
    void aRejectedDictionaryAsksForStatisticsToo() throws Exception {
        // Given
        DictionaryCheckpoint checkpoint =
                readyRun("demo").saved("a", new ZeroDictionary(24, 24, 8));

        // When
        submit(checkpoint).await();

        // Then
        assertThat(new PlanStore(objects).isWanted(checkpoint)).isTrue();
    }

    @Test
    void anErrorLosesJobsAndIsSaidToLiveness() {
        // Given
        boolean before = jobs.isWell();
        announced.isBroken = true;

        // When
        Outcome outcome = submit(readyRun("demo").saved("a", identity()));
        Await.until("it is not well", () -> !jobs.isWell());

        // Then
        assertThat(before).isTrue();
        assertThat(outcome).isNotDone();
    }

    @Test
    void whatWaitsForContextsIsNoWork() throws Exception {
        // Given
        submit(run("waiting").saved("a", identity()));
        Await.until("it waits", () -> waitingJobs() == 1 && !jobs.isAtWork());
        announced.hangs = true;

        // When
        submit(readyRun("ready").saved("a", identity()));

        // Then
        assertThat(announced.hanging.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(jobs.isAtWork()).isTrue();
    }

    @Test
    void whatADictionaryTakesBesideItsWeightsCountsAsMemory() {
        // Given: the end of a batch is 64 tokens of 16 float32 numbers, twice
        long oneEnd = 2L * Float.BYTES * 64 * ACTIVATION_DIM;
        StoredRun run = new StoredRun(objects, "demo").storeSpec();
        run.storeHeldOut(6).completeHeldOut(6);
        Set<DictionaryCheckpoint> checkpoints =
                Set.of(run.saved("a", identity()), run.saved("b", identity()));
        List<String> oneByOne = new ArrayList<>();
        List<String> together = new ArrayList<>();

        // When
        stage(oneEnd).evaluateHeldOut(checkpoints, (id, _, _) -> oneByOne.add(id.recipe()));
        stage(2 * oneEnd).evaluateHeldOut(checkpoints, (id, _, _) -> together.add(id.recipe()));

        // Then: two batches
        assertThat(oneByOne).hasSize(4);
        assertThat(oneByOne.get(0)).isEqualTo(oneByOne.get(1));
        assertThat(together.get(0)).isNotEqualTo(together.get(1));
    }
}
