package org.lexicographer.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryFormat;
import org.lexicographer.pipeline.RunSpec;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.trainer.TrainerStage.Advance;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.SiteActivations;

class TrainerStageTest {

    private static final int STEPS = 14;

    /** The same float64 sum, added in another order. */
    private static final Offset<Double> SAME_SUM = Offset.offset(1e-9);

    @TempDir Path workFolder;

    /** Yields the activations of a run from a block on; now and then they are not there yet. */
    private static final class FakeStream implements ActivationStream {

        private final RunSpec spec;
        private final List<Site> sites;
        private final long blocks;
        private long next;
        private boolean late;

        FakeStream(RunSpec spec, long next, long blocks) {
            this.spec = spec;
            this.sites = TrainerStage.sitesRead(spec, spec.sites().getFirst());
            this.next = next;
            this.blocks = blocks;
        }

        @Override
        public Optional<SiteActivations> next() {
            late = !late;
            if (late) {
                return Optional.empty();
            }
            List<Integer> dims = sites.stream().map(site -> Activations.DIM).toList();
            long sequence = next++;
            int rows = sequence == blocks ? 0 : spec.blockRows();
            return Optional.of(
                    new SiteActivations(sequence, rows, 0, dims, joined(sequence, rows)));
        }

        private float[] joined(long sequence, int rows) {
            float[] values = new float[rows * sites.size() * Activations.DIM];
            for (int s = 0; s < sites.size() && rows > 0; s++) {
                float[] site = Activations.values(spec, sites.get(s), sequence);
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(
                            site,
                            row * Activations.DIM,
                            values,
                            (row * sites.size() + s) * Activations.DIM,
                            Activations.DIM);
                }
            }
            return values;
        }

        @Override
        public long nextSequence() {
            return next;
        }

        @Override
        public Map<TopicPartition, Long> offsets() {
            return Map.of(new TopicPartition("activation-blocks.a-b.embed", 1), next);
        }

        @Override
        public void close() {}
    }

    private static TrainerStage stage(RunSpec spec, NDManager manager) {
        return new TrainerStage(spec, spec.sites().getFirst(), manager);
    }

    private static Map<String, List<Byte>> weights(
            RunSpec spec, TrainerStage stage, NDManager owner) {
        Map<String, List<Byte>> weights = new HashMap<>();
        for (RecipeSpec recipe : spec.recipes()) {
            try (Dictionary dictionary = stage.dictionary(recipe, owner).orElseThrow()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DictionaryFormat.weights(dictionary).writeTo(bytes);
                List<Byte> list = new ArrayList<>();
                for (byte b : bytes.toByteArray()) {
                    list.add(b);
                }
                weights.put(recipe.name(), list);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return weights;
    }

    private static Map<String, List<Byte>> undisturbed(RunSpec spec, NDManager manager) {
        try (TrainerStage stage = stage(spec, manager)) {
            FakeStream stream = new FakeStream(spec, 0, spec.trainingBlocks());
            while (stage.advance(stream) != Advance.FINISHED) {}
            assertThat(stage.steps()).isEqualTo(STEPS);
            return weights(spec, stage, manager);
        }
    }

    /** Trains, but saves, forgets and restores everything after so many calls, again and again. */
    private Map<String, List<Byte>> disturbed(RunSpec spec, NDManager manager, int every) {
        InMemoryObjectStore objects = new InMemoryObjectStore("bucket");
        while (true) {
            CheckpointStore store =
                    CheckpointStore.takeOver(objects, spec, spec.sites().getFirst(), workFolder);
            try (TrainerStage stage = stage(spec, manager)) {
                Optional<Checkpoint> restored = store.restoreNewest(stage::restore);
                long next = restored.map(Checkpoint::nextSequence).orElse(0L);
                FakeStream stream = new FakeStream(spec, next, spec.trainingBlocks());
                Advance advance = Advance.WAITING;
                for (int call = 0; call < every && advance != Advance.FINISHED; call++) {
                    advance = stage.advance(stream);
                }
                if (advance == Advance.FINISHED) {
                    assertThat(stage.taken().ranges()).containsExactly(everyBlockOnce(spec));
                    return weights(spec, stage, manager);
                }
                if (stage.hasState()) {
                    stage.save(store, stream);
                }
            }
        }
    }

    private static SequenceLog.Range everyBlockOnce(RunSpec spec) {
        long blocks = spec.trainingBlocks();
        return new SequenceLog.Range(0, blocks - 1, blocks * spec.blockRows());
    }

    @Test
    void goesOnWithTheSameBitsFromACheckpointAtAnyMoment() {
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
    void goesOnWithTheSameBitsWhereAnotherSiteIsReconstructed() {
        RunSpec spec = RunSpecs.stretcher("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThat(disturbed(spec, manager, 3)).isEqualTo(undisturbed(spec, manager));
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
            FakeStream stream = new FakeStream(spec, 0, 9);
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
            FakeStream stream = new FakeStream(spec, 0, 0);
            while (stage.advance(stream) != Advance.FINISHED) {}

            assertThat(stage.dictionary(spec.recipes().getFirst(), manager)).isEmpty();
        }
    }

    @Test
    void normalisesToUnitMeanSquaredNorm() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = stage(spec, manager)) {
            FakeStream stream = new FakeStream(spec, 0, spec.trainingBlocks());
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
            FakeStream stream = new FakeStream(spec, 0, spec.trainingBlocks());
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
            FakeStream stream = new FakeStream(spec, 0, spec.trainingBlocks());
            advance(stage, stream, 20);
            int before = stage.managedArrays();
            advance(stage, stream, 200);

            assertThat(stage.managedArrays()).isEqualTo(before);
        }
    }

    private static void advance(TrainerStage stage, FakeStream stream, int steps) {
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
            FakeStream stream = new FakeStream(spec, 0, spec.trainingBlocks());
            while (stage.advance(stream) != Advance.STEPPED) {}
            InMemoryObjectStore objects = new InMemoryObjectStore("bucket");
            CheckpointStore store =
                    CheckpointStore.takeOver(objects, spec, RunSpecs.SITE, workFolder);

            assertThat(TrainerStage.offsets(stage.save(store, stream))).containsOnlyKeys(partition);
        }
    }
}
