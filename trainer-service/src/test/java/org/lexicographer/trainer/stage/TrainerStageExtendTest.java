package org.lexicographer.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.LongerRun;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.Continuation;
import org.lexicographer.trainer.stage.StageRuns.Result;
import org.lexicographer.trainer.stage.TrainerStage.Advance;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.EndNotice;

/** A run that ended and goes on is the run that was longer from its start. */
class TrainerStageExtendTest {

    private static final int STEPS = 20;
    private static final int MORE = 40;

    @TempDir Path workFolder;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("bucket");

    private CheckpointStore takeOver(RunSpec spec) {
        return CheckpointStore.takeOver(objects, spec, spec.sites().getFirst(), workFolder);
    }

    /** Trains from where the store says, keeps what the run can go on from, and finishes. */
    private Result train(RunSpec spec, NDManager manager) {
        StageRuns runs = new StageRuns(spec, spec.trainingBlocks(), workFolder);
        CheckpointStore store = takeOver(spec);
        try (TrainerStage stage = runs.stage(manager)) {
            Optional<Checkpoint> restored = store.restoreNewest(stage::restore);
            long next = restored.map(Checkpoint::nextSequence).orElse(0L);
            ActivationStream stream =
                    new EndNotice(
                            runs.streams().open(spec, next, runs.blocks()),
                            sequence -> stage.keep(store, sequence, new byte[] {1}));
            Advance advance = Advance.WAITING;
            while (advance != Advance.FINISHED) {
                advance = stage.advance(stream);
                if (advance == Advance.STEPPED && stage.isCheckpointStep()) {
                    stage.save(store, stream);
                }
            }
            if (!stage.hasStreamEnded()) {
                stage.keep(store, stream.nextSequence(), new byte[] {1});
            }
            store.finish(stage.taken(), stage.stops(), stage.rows());
            return runs.result(stage, manager);
        }
    }

    private Continuation continuation(RunSpec spec) {
        return CheckpointStore.peek(objects, spec.run(), spec.sites().getFirst())
                .continuation()
                .orElseThrow();
    }

    private void assertGoesOnAsTheLongerRun(RunSpec spec) {
        RunSpec longer = LongerRun.of(spec, MORE);
        try (NDManager manager = NDManager.newBaseManager()) {
            Result ended = train(spec, manager);
            assertThat(ended.steps()).isEqualTo(STEPS);
            assertThat(takeOver(spec).isFinished()).isTrue();

            Result extended = train(longer, manager);

            Result whole =
                    new StageRuns(longer, longer.trainingBlocks(), workFolder).undisturbed(manager);
            assertThat(extended).isEqualTo(whole);
            assertThat(extended.steps()).isEqualTo(MORE);
            assertThat(extended.weights()).isNotEqualTo(ended.weights());
        }
    }

    /** The stream ends while the buffer is filled, which a longer run fills with more rows. */
    private static RunSpec spec() {
        return RunSpecs.changed(
                RunSpecs.of("run", STEPS),
                json -> json.withObject("/training").put("bufferContexts", 12));
    }

    private static RunSpec of(String recipe) {
        return RunSpecs.changed(
                spec(),
                json ->
                        json.withArray("/recipes")
                                .removeAll()
                                .add(
                                        ((ObjectNode) Json.tree(recipe.getBytes()))
                                                .put("name", "first")
                                                .put("dictionarySize", 12)
                                                .put("seed", 1)
                                                .put("learningRate", 0.01)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"type": "standard", "sparsityPenalty": 0.1}
                    {"type": "standard", "sparsityPenalty": 0.1, "resampling": {"steps": 15}}
                    {"type": "standard", "sparsityPenalty": 0.1, "ghostGradients": {"deadSteps": 3}}
                    {"type": "standard", "sparsityPenalty": 0.1, "schedule": {"warmupSteps": 30}}
                    {"type": "standardApril", "sparsityPenalty": 0.1, "schedule": {"sparsityWarmupSteps": 30}}
                    {"type": "pAnneal", "sparsityPenalty": 0.1, "anneal": {"start": 4, "end": 25, "pEnd": 0.5, "updates": 5}}
                    {"type": "gated", "sparsityPenalty": 0.1}
                    {"type": "gatedAnneal", "sparsityPenalty": 0.1, "anneal": {"start": 4, "end": 25, "pEnd": 0.5, "updates": 5}}
                    {"type": "topK", "k": 3, "thresholdStart": 5}
                    {"type": "topK", "k": 3, "thresholdStart": 5, "kAnnealSteps": 15}
                    {"type": "batchTopK", "k": 3, "thresholdStart": 5, "auxiliary": {"deadTokens": 64}}
                    {"type": "matryoshkaBatchTopK", "k": 3, "thresholdStart": 5, "groupFractions": [0.5, 0.5]}
                    {"type": "jumpReLU", "sparsityPenalty": 0.1, "targetL0": 3}
                    """)
    void everyRecipe(String recipe) {
        assertGoesOnAsTheLongerRun(of(recipe));
    }

    @Test
    void theStateIsThatOfBeforeTheStreamEnded() {
        RunSpec spec = spec();
        try (NDManager manager = NDManager.newBaseManager()) {
            train(spec, manager);
        }

        Continuation kept = continuation(spec);
        assertThat(kept.steps()).isEqualTo(STEPS);
        assertThat(kept.nextSequence()).isEqualTo(spec.trainingBlocks());
        assertThat(kept.checkpoint().streamEnded()).isFalse();
        assertThat(kept.checkpoint().step()).isLessThan(STEPS);
        assertThat(kept.checkpoint().offsets()).isEqualTo(Map.of());
    }

    @Test
    void aRunWhoseBufferServesTheLastStepGoesOnFromThere() {
        assertGoesOnAsTheLongerRun(RunSpecs.of("run", STEPS));
    }

    @Test
    void aRunThatWasExtendedIsExtendedAgain() {
        RunSpec spec = spec();
        RunSpec longest = spec.withSteps(47);
        try (NDManager manager = NDManager.newBaseManager()) {
            train(spec, manager);
            train(spec.withSteps(33), manager);

            assertThat(train(longest, manager))
                    .isEqualTo(
                            new StageRuns(longest, longest.trainingBlocks(), workFolder)
                                    .undisturbed(manager));
        }
    }

    /** Its buffer serves the last step, which is no multiple of the steps between checkpoints. */
    private static RunSpec endingBetweenCheckpoints() {
        return RunSpecs.changed(
                RunSpecs.of("run", STEPS),
                json -> json.withObject("/training").put("checkpointSteps", 7));
    }

    private static FakeActivationStream longStream(RunSpec spec, long next) {
        return new FakeActivationStream(spec, next, spec.trainingBlocks() + 9);
    }

    private static TrainerStage trained(RunSpec spec, FakeActivationStream stream, NDManager all) {
        TrainerStage stage =
                new StageRuns(spec, spec.trainingBlocks() + 9, Path.of("unused")).stage(all);
        while (stage.advance(stream) != Advance.FINISHED) {}
        return stage;
    }

    /** The shorter run looks at its weights after a last step that no checkpoint follows. */
    @Test
    void whatTheLastStepAloneHasDoneIsUndone() {
        RunSpec spec = endingBetweenCheckpoints();
        FakeActivationStream stream = longStream(spec, 0);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = trained(spec, stream, manager)) {
            assertThat(stage.hasStreamEnded()).isFalse();

            stage.keep(takeOver(spec), stream.nextSequence(), new byte[] {1});

            assertThat(continuation(spec).checkpoint().watches().get("first").savedStep())
                    .isEqualTo(14);
        }
    }

    @Test
    void aJobThatIsMovedRightAfterItsLastStepKeepsTheSame() throws IOException {
        RunSpec spec = endingBetweenCheckpoints();
        FakeActivationStream stream = longStream(spec, 0);
        Continuation here;
        Result ended;
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = trained(spec, stream, manager)) {
            CheckpointStore store = takeOver(spec);
            stage.save(store, stream);
            stage.keep(store, stream.nextSequence(), new byte[] {1});
            here = continuation(spec);
            ended = new StageRuns(spec, 0, workFolder).result(stage, manager);
        }

        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = new StageRuns(spec, 0, workFolder).stage(manager)) {
            CheckpointStore store = takeOver(spec);
            long next = store.restoreNewest(stage::restore).orElseThrow().nextSequence();
            assertThat(stage.advance(longStream(spec, next))).isEqualTo(Advance.FINISHED);
            stage.keep(store, next, new byte[] {1});
            assertThat(new StageRuns(spec, 0, workFolder).result(stage, manager)).isEqualTo(ended);
        }

        Checkpoint there = continuation(spec).checkpoint();
        assertThat(there.watches()).isEqualTo(here.checkpoint().watches());
        assertThat(there.recipes().sha256()).isEqualTo(here.checkpoint().recipes().sha256());
        assertThat(there.buffer().object().sha256())
                .isEqualTo(here.checkpoint().buffer().object().sha256());
        assertThat(continuation(spec).nextSequence()).isEqualTo(here.nextSequence());
    }

    @Test
    void checkpointsOfWantedStepsStayAndAreNotGoneBackTo() {
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.of("run", STEPS),
                        json -> {
                            json.withObject("/training").put("checkpointSteps", 2);
                            json.withObject("/training").putArray("keepCheckpoints").add(4);
                        });
        try (NDManager manager = NDManager.newBaseManager()) {
            train(spec, manager);
            takeOver(spec.withSteps(MORE));

            var manifest = CheckpointStore.peek(objects, "run", spec.sites().getFirst());
            assertThat(manifest.earlier()).extracting(Checkpoint::step).containsExactly(4L);
            assertThat(manifest.resumable()).hasSize(1);
            assertThat(manifest.isFinished()).isFalse();

            train(spec.withSteps(MORE), manager);
            Checkpoint early =
                    CheckpointStore.peek(objects, "run", spec.sites().getFirst())
                            .earlier()
                            .getFirst();
            assertThat(objects.stat(early.recipes().key())).isPresent();
        }
    }
}
