package org.lexicographer.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.pipeline.stored.TrainingCurves;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.stage.TrainerStage.Advance;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.SiteActivations;

class TrainerStageTest {

    private static final int STEPS = 14;

    /** The same float64 sum, added in another order. */
    private static final Offset<Double> SAME_SUM = Offset.offset(1e-9);

    @TempDir Path workFolder;

    private static TrainerStage stage(RunSpec spec, NDManager manager) {
        return StageRuns.stage(spec, manager);
    }

    private Map<String, List<Byte>> undisturbed(RunSpec spec, NDManager manager) {
        StageRuns.Result result = runs(spec).undisturbed(manager);
        assertThat(result.steps()).isEqualTo(STEPS);
        return result.weights();
    }

    private Map<String, List<Byte>> disturbed(RunSpec spec, NDManager manager, int every) {
        StageRuns.Result result = runs(spec).disturbed(manager, every);
        assertThat(result.taken().ranges()).containsExactly(everyBlockOnce(spec));
        return result.weights();
    }

    private StageRuns runs(RunSpec spec) {
        return new StageRuns(spec, spec.trainingBlocks(), workFolder);
    }

    private static SequenceLog.Range everyBlockOnce(RunSpec spec) {
        long blocks = spec.trainingBlocks();
        return new SequenceLog.Range(0, blocks - 1, blocks * spec.blockRows());
    }

    @Test
    void continuesWithTheSameBitsFromACheckpointAtAnyMoment() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, List<Byte>> expected = undisturbed(spec, manager);
            for (int every = 2; every < 9; every++) {
                assertThat(disturbed(spec, manager, every))
                        .as("every %d", every)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void continuesWithTheSameBitsWhereTheBufferRestsInHalfPrecision() {
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.of("run", STEPS),
                        json -> json.withObject("/training").put("bufferType", "bfloat16"));
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, List<Byte>> expected = undisturbed(spec, manager);

            assertThat(disturbed(spec, manager, 4)).isEqualTo(expected);
            assertThat(undisturbed(RunSpecs.of("run", STEPS), manager)).isNotEqualTo(expected);
        }
    }

    @Test
    void continuesWithTheSameBitsWhereAnotherSiteIsReconstructed() {
        RunSpec spec = RunSpecs.stretcher("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThat(disturbed(spec, manager, 3)).isEqualTo(undisturbed(spec, manager));
        }
    }

    @Test
    void curvesAreTheSameBitsFromACheckpointAtAnyMoment() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager()) {
            TrainingCurves expected = runs(spec).undisturbed(manager).curves();
            assertThat(expected.recipes()).containsOnlyKeys("first", "second");
            assertThat(expected.recipes().get("first").points())
                    .extracting(CurvePoint::step)
                    .containsExactly(1L, 10L);
            for (int every = 2; every < 9; every++) {
                assertThat(runs(spec).disturbed(manager, every).curves())
                        .as("every %d", every)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aCheckpointWithoutCurvesIsContinuedWithThoseOfLaterSteps() {
        SafetensorsWriter none = new SafetensorsWriter();
        none.addLongs("first.step", List.of(), new long[] {7});

        assertThat(CurveTensors.read(read(none), "first.")).isEqualTo(TrainingCurve.EMPTY);
    }

    @Test
    void curvesComeBackFromTheirTensors() {
        CurvePoint whole = new CurvePoint(10, 0.5, 3, 2, 31.5, 7, Optional.of(0.75), 1e-3);
        CurvePoint partial = new CurvePoint(20, 0.25, 2, 1, 30, 0, Optional.empty(), 0);
        TrainingCurve curve = new TrainingCurve(2, List.of(whole, partial));
        SafetensorsWriter states = new SafetensorsWriter();
        CurveTensors.save(curve, states, "first.");

        assertThat(CurveTensors.read(read(states), "first.")).isEqualTo(curve);
    }

    private SafetensorsFile read(SafetensorsWriter tensors) {
        try {
            Path file = workFolder.resolve("states.safetensors");
            try (OutputStream out = Files.newOutputStream(file)) {
                tensors.writeTo(out);
            }
            return SafetensorsFile.open(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void varianceExplainedIsThatOfTheRowsAboutTheirMean() {
        float[] rows = {1, 2, 3, 6, 5, 1}; // means 3, 3
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.create(rows, new Shape(3, 2)); // (B, D)

            assertThat(new SiteColumns.Column(array, rows).variance())
                    .isCloseTo((4 + 1 + 0 + 9 + 4 + 4) / 3.0, SAME_SUM);
        }
    }

    @Test
    void recipesOfOneSiteDifferBySeedAlone() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, List<Byte>> weights = undisturbed(spec, manager);
            assertThat(weights.get("first")).isNotEqualTo(weights.get("second"));
        }
    }

    @Test
    void finishesWhenTheStreamEndsBeforeTheLastStep() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = stage(spec, manager)) {
            FakeActivationStream stream = new FakeActivationStream(spec, 0, 9);
            while (stage.advance(stream) != Advance.FINISHED) {}

            // 9 blocks of 8 rows make 4 batches of 16 rows, and 8 rows too few for a fifth.
            assertThat(stage.steps()).isEqualTo(4);
            assertThat(stage.tokens()).isEqualTo(64);
        }
    }

    @Test
    void hasNoDictionaryWithoutData() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = stage(spec, manager)) {
            FakeActivationStream stream = new FakeActivationStream(spec, 0, 0);
            while (stage.advance(stream) != Advance.FINISHED) {}

            assertThat(stage.dictionary(spec.recipes().getFirst(), manager)).isEmpty();
        }
    }

    @Test
    void normalisesToUnitMeanSquaredNorm() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = stage(spec, manager)) {
            FakeActivationStream stream = new FakeActivationStream(spec, 0, spec.trainingBlocks());
            while (stage.advance(stream) != Advance.STEPPED) {}

            double sum = 0;
            int rows = spec.training().bufferContexts() * spec.contextLength();
            for (long n = 0; n < rows / spec.blockRows(); n++) {
                for (float value : Activations.values(spec, RunSpecs.SITE, n)) {
                    sum += (double) value * value;
                }
            }
            assertThat(stage.normalization(spec.recipes().getFirst()).orElseThrow().input())
                    .isCloseTo(Math.sqrt(sum / rows), SAME_SUM);
        }
    }

    @Test
    void namesAnActivationOfTheWrongWidth() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = stage(spec, manager)) {
            FakeActivationStream stream = new FakeActivationStream(spec, 0, spec.trainingBlocks());
            while (stage.advance(stream) != Advance.STEPPED) {}
            ActivationStream wrong = new WrongWidth();

            assertThatThrownBy(
                            () -> {
                                while (stage.advance(wrong) != Advance.FINISHED) {}
                            })
                    .hasMessage(
                            "activation width mismatch: expected=[6], found=[5],"
                                    + " sites=[layers.0.mlp.out], sequence=4");
        }
    }

    private static final class WrongWidth implements ActivationStream {

        @Override
        public Optional<SiteActivations> next() {
            return Optional.of(new SiteActivations(4, 8, 0, List.of(5), new float[40]));
        }

        @Override
        public long nextSequence() {
            return 5;
        }

        @Override
        public Map<TopicPartition, Long> offsets() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    @Test
    void holdsNoMoreNativeArraysAfterManySteps() {
        RunSpec spec = RunSpecs.of("run", 1000);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = stage(spec, manager)) {
            FakeActivationStream stream = new FakeActivationStream(spec, 0, spec.trainingBlocks());
            advance(stage, stream, 20);
            int before = stage.managedArrays();
            advance(stage, stream, 200);

            assertThat(stage.managedArrays()).isEqualTo(before);
        }
    }

    private static void advance(TrainerStage stage, FakeActivationStream stream, int steps) {
        long until = stage.steps() + steps;
        while (stage.steps() < until) {
            stage.advance(stream);
        }
    }

    @Test
    void offsetsSurviveTopicNamesWithDashes() {
        TopicPartition partition = new TopicPartition("activation-blocks.a-b.embed", 1);
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = stage(spec, manager)) {
            FakeActivationStream stream = new FakeActivationStream(spec, 0, spec.trainingBlocks());
            while (stage.advance(stream) != Advance.STEPPED) {}
            InMemoryObjectStore objects = new InMemoryObjectStore("bucket");
            CheckpointStore store =
                    CheckpointStore.takeOver(objects, spec, RunSpecs.SITE, workFolder);

            assertThat(stage.save(store, stream).positions()).containsOnlyKeys(partition);
        }
    }
}
