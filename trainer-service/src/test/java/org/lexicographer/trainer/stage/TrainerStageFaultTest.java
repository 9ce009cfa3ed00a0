package org.lexicographer.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.config.Lineage.Stopped.Reason;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.watch.Stop;

/** Faults of a site stay with the recipes that read it. */
class TrainerStageFaultTest {

    private static final int STEPS = 14;
    private static final long BLOCKS = 60;

    @TempDir Path workFolder;

    /** Multiplies the activations of a site, from a block on. */
    private record Faulty(Site site, long from, float factor) implements StageRuns.Streams {

        @Override
        public FakeActivationStream open(RunSpec spec, long next, long blocks) {
            return new FakeActivationStream(spec, next, blocks) {
                @Override
                float factor(Site at, long sequence, int row) {
                    return at.equals(site) && sequence >= from ? factor : 1;
                }
            };
        }
    }

    /** A run whose first recipe reconstructs what it reads, and whose second reconstructs SITE. */
    private static RunSpec twoTargets() {
        ObjectNode own =
                (ObjectNode) Json.tree(RunSpecs.of("run", STEPS).toJson()).at("/recipes/0");
        return RunSpecs.changed(
                RunSpecs.stretcher("run", STEPS), json -> json.withArray("recipes").insert(0, own));
    }

    private StageRuns runs(RunSpec spec, StageRuns.Streams streams) {
        return new StageRuns(spec, BLOCKS, streams, workFolder);
    }

    @Test
    void aSiteOfZerosThatIsToBeNormalisedIsNamedAndNothingIsTrained() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result result =
                    runs(spec, new Faulty(RunSpecs.SITE, 0, 0)).undisturbed(manager);

            assertThat(result.steps()).isZero();
            assertThat(result.weights()).isEmpty();
            assertThat(result.stops()).containsOnlyKeys("first", "second");
            Stop stop = result.stops().get("first");
            assertThat(stop.why().reason()).isEqualTo(Reason.FAILED);
            assertThat(stop.leavesDictionary()).isFalse();
            assertThat(stop.text())
                    .isEqualTo(
                            "failed at step 0: activations cannot be normalised: expected=a mean"
                                    + " squared norm above 0, found=0.0, site=layers.0.mlp.out,"
                                    + " rows=32");
        }
    }

    @Test
    void aSiteTooNearZeroToBeDividedIsNamedToo() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result result =
                    runs(spec, new Faulty(RunSpecs.SITE, 0, 1e-41f)).undisturbed(manager);

            assertThat(result.stops().get("first").why().message())
                    .contains("site=layers.0.mlp.out");
        }
    }

    @Test
    void aDeadTargetStopsOnlyTheRecipesThatReconstructIt() {
        assertOnlyTheStretcherStops(
                new Faulty(RunSpecs.SITE, 0, 0), "activations cannot be normalised");
    }

    @Test
    void aTargetThatIsNotFiniteStopsOnlyTheRecipesThatReconstructIt() {
        assertOnlyTheStretcherStops(
                new Faulty(RunSpecs.SITE, 0, Float.NaN),
                "activation not finite: site=layers.0.mlp.out, block=0, row=0, column=0, found=NaN");
    }

    private void assertOnlyTheStretcherStops(StageRuns.Streams faulty, String reason) {
        RunSpec spec = twoTargets();
        StageRuns.Streams sound = FakeActivationStream::new;
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result expected = runs(spec, sound).undisturbed(manager);

            StageRuns.Result result = runs(spec, faulty).undisturbed(manager);

            assertThat(result.stops()).containsOnlyKeys("stretcher");
            assertThat(result.stops().get("stretcher").why().message()).startsWith(reason);
            assertThat(result.steps()).isEqualTo(STEPS);
            assertThat(result.weights()).containsOnlyKeys("first");
            assertThat(result.weights().get("first")).isEqualTo(expected.weights().get("first"));
            for (int every : new int[] {2, 5}) {
                assertThat(runs(spec, faulty).disturbed(manager, every)).isEqualTo(result);
            }
        }
    }

    @Test
    void activationsThatAreNotFiniteAreNamedByBlockAndTheLastDictionaryStays() {
        RunSpec spec = RunSpecs.of("run", STEPS);
        Faulty faulty = new Faulty(RunSpecs.SITE, 17, Float.POSITIVE_INFINITY);
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result result = runs(spec, faulty).undisturbed(manager);

            Stop stop = result.stops().get("first");
            assertThat(stop.why().message())
                    .startsWith("activation not finite: site=layers.0.mlp.out, block=17, row=0,")
                    .contains("Infinity");
            assertThat(stop.isDivergence()).isFalse();
            assertThat(stop.dictionaryStep())
                    .isPositive()
                    .isLessThanOrEqualTo(stop.why().step())
                    .satisfies(step -> assertThat(step % 3).isZero());
            assertThat(runs(spec, faulty).disturbed(manager, 3)).isEqualTo(result);
        }
    }

    @Test
    void activationsBeyondTheBuffersTypeAreNamedWithIt() {
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.of("run", STEPS),
                        json -> json.withObject("/training").put("bufferType", "float16"));
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result result =
                    runs(spec, new Faulty(RunSpecs.SITE, 17, 1e6f)).undisturbed(manager);

            assertThat(result.stops().get("first").why().message())
                    .startsWith(
                            "activation beyond the range of the buffer's type, float32 holds it:"
                                    + " largest=65504.0, site=layers.0.mlp.out, block=17, row=0,")
                    .endsWith("activationType=float32, bufferType=float16");
        }
    }

    @Test
    void aFilterDoesNotHideASiteWithoutAnyFiniteRow() {
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.of("run", STEPS),
                        json -> json.withObject("/training/tokens").put("maxNormMultiple", 8));
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result result =
                    runs(spec, new Faulty(RunSpecs.SITE, 0, Float.NaN)).undisturbed(manager);

            assertThat(List.copyOf(result.stops().values()))
                    .allSatisfy(
                            stop ->
                                    assertThat(stop.why().message())
                                            .startsWith("activation not finite"))
                    .hasSize(2);
        }
    }
}
