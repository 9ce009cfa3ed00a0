package org.lexicographer.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.checkpoint.LeftOutRows;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.stage.TrainerStage.Advance;

class TrainerStageFilterTest {

    private static final int STEPS = 14;
    private static final long BLOCKS = 200;
    private static final float LARGE = 100;

    /** The same float64 sum, added in another order. */
    private static final Offset<Double> SAME_SUM = Offset.offset(1e-9);

    @TempDir Path workFolder;

    /** Makes every fifth row large, at the site that is read and at others one row later. */
    private static final class SomeLargeRows extends FakeActivationStream {

        private final RunSpec spec;

        SomeLargeRows(RunSpec spec, long next, long blocks) {
            super(spec, next, blocks);
            this.spec = spec;
        }

        @Override
        float factor(Site site, long sequence, int row) {
            int shift = site.equals(spec.sites().getFirst()) ? 0 : 1;
            return isLarge(sequence, row, shift) ? LARGE : 1;
        }
    }

    private static boolean isLarge(long sequence, int row, int shift) {
        return (8 * sequence + row - shift) % 5 == 0;
    }

    /** Leaves out everything. */
    private static final class NothingLeft extends FakeActivationStream {

        private final RunSpec spec;

        NothingLeft(RunSpec spec, long next, long blocks) {
            super(spec, next, blocks);
            this.spec = spec;
        }

        @Override
        int excluded(long sequence) {
            return spec.blockRows();
        }
    }

    private static RunSpec filtered(RunSpec spec) {
        return RunSpecs.changed(
                spec,
                json -> {
                    json.withObject("/training").put("bufferContexts", 12);
                    json.withObject("/training/tokens").put("maxNormMultiple", 8);
                    json.withObject("/training/tokens/positions").put("from", 1);
                });
    }

    private StageRuns runs(RunSpec spec) {
        return new StageRuns(spec, BLOCKS, SomeLargeRows::new, workFolder);
    }

    /** Counts rows among the six of each block whose position is trained on. */
    private static long count(long blocks, LongPredicate isCounted) {
        return IntStream.range(0, (int) blocks)
                .mapToLong(
                        n -> IntStream.range(0, 6).filter(r -> isCounted.test(8L * n + r)).count())
                .sum();
    }

    @Test
    void continuesWithTheSameBitsFromACheckpointAtAnyMoment() {
        RunSpec spec = filtered(RunSpecs.of("run", STEPS));
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result expected = runs(spec).undisturbed(manager);
            for (int every = 2; every < 9; every++) {
                assertThat(runs(spec).disturbed(manager, every))
                        .as("every %d", every)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void takesAsManyBlocksAsItNeedsAndCountsEveryRowOnce() {
        RunSpec spec = filtered(RunSpecs.of("run", STEPS));
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result result = runs(spec).undisturbed(manager);

            long blocks = result.taken().ranges().getFirst().last() + 1;
            assertThat(blocks).isGreaterThan(spec.trainingBlocks());
            assertThat(result.steps()).isEqualTo(STEPS);
            assertThat(result.taken().ranges())
                    .containsExactly(new SequenceLog.Range(0, blocks - 1, 8 * blocks));
            assertThat(result.leftOut())
                    .isEqualTo(new LeftOutRows(2 * blocks, count(blocks, n -> n % 5 == 0)));
        }
    }

    @Test
    void aRowThatIsLargeAtOneSiteIsLeftOutAtBoth() {
        RunSpec spec = filtered(RunSpecs.stretcher("run", STEPS));
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result result = runs(spec).undisturbed(manager);

            long blocks = result.taken().ranges().getFirst().last() + 1;
            assertThat(result.leftOut().highNorm())
                    .isEqualTo(count(blocks, n -> n % 5 == 0 || n % 5 == 1));
            assertThat(runs(spec).disturbed(manager, 3)).isEqualTo(result);
        }
    }

    @Test
    void normalisesByTheRowsThatAreTrainedOn() {
        RunSpec spec = filtered(RunSpecs.of("run", STEPS));
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = StageRuns.stage(spec, manager)) {
            SomeLargeRows stream = new SomeLargeRows(spec, 0, BLOCKS);
            while (stage.advance(stream) != Advance.STEPPED) {}

            long blocks = stage.taken().ranges().getFirst().last() + 1;
            double expected = Math.sqrt(meanSquaredNorm(spec, blocks));
            Normalization found = stage.normalization(spec.recipes().getFirst()).orElseThrow();
            assertThat(found.input()).isCloseTo(expected, SAME_SUM);
        }
    }

    private static double meanSquaredNorm(RunSpec spec, long blocks) {
        double sum = 0;
        for (int n = 0; n < blocks; n++) {
            float[] values = Activations.values(spec, RunSpecs.SITE, n);
            for (int i = 0; i < 6 * Activations.DIM; i++) {
                boolean kept = !isLarge(n, i / Activations.DIM, 0);
                sum += kept ? (double) values[i] * values[i] : 0;
            }
        }
        return sum / count(blocks, n -> n % 5 != 0);
    }

    @Test
    void aRecipeAloneEqualsTheSameRecipeInASweep() {
        RunSpec plain = RunSpecs.withRecipe(RunSpecs.of("run", STEPS), "third", 0.003);
        try (NDManager manager = NDManager.newBaseManager()) {
            for (RunSpec sweep : new RunSpec[] {plain, filtered(plain)}) {
                StageRuns.Result all = runs(sweep).undisturbed(manager);
                for (String name : new String[] {"first", "second", "third"}) {
                    StageRuns.Result alone = runs(RunSpecs.only(sweep, name)).undisturbed(manager);
                    assertThat(alone.weights()).containsOnlyKeys(name);
                    assertThat(alone.weights().get(name)).isEqualTo(all.weights().get(name));
                }
            }
        }
    }

    @Test
    void endsWithoutADictionaryWhereNoRowIsLeft() {
        RunSpec spec = filtered(RunSpecs.of("run", STEPS));
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = StageRuns.stage(spec, manager)) {
            NothingLeft stream = new NothingLeft(spec, 0, 5);
            while (stage.advance(stream) != Advance.FINISHED) {}

            assertThat(stage.steps()).isZero();
            assertThat(stage.leftOut()).isEqualTo(new LeftOutRows(40, 0));
            assertThat(stage.dictionary(spec.recipes().getFirst(), manager)).isEmpty();
        }
    }
}
