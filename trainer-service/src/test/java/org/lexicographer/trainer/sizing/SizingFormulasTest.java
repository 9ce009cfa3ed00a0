package org.lexicographer.trainer.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.ModelSites;
import org.lexicographer.languagemodel.forward.SiteWidths;
import org.lexicographer.languagemodel.forward.SiteWidths.BlockOrder;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.memory.MemoryBudget;
import org.lexicographer.trainer.sizing.RunSizing.JobSize;

class SizingFormulasTest {

    private static final int STREAM = 16;
    private static final int NEURONS = 64;
    private static final ModelSites MODEL =
            new ModelSites(
                    "gpt_neox", 4, new SiteWidths(STREAM, STREAM, NEURONS, BlockOrder.PARALLEL));

    /** Sums of doubles in another order. */
    private static final Offset<Double> ROUNDING = Offset.offset(1e-9);

    private static final int STEPS = 100;
    private static final int BATCH = 32;
    private static final int LATENTS = 256;

    /** One product of a batch with the encoder of the stream, in all steps. */
    private static final double PRODUCT = 2.0 * STEPS * BATCH * STREAM * LATENTS;

    private static final MemoryAmount BUDGET = new MemoryAmount(1L << 30, 1L << 30);

    private static final MemoryAmount GPU = BUDGET.withDevice(1L << 31);

    private static RunSizing sizing(String sites, String recipe, OptionalDouble gigaflops) {
        return formulas(sites, recipe, BUDGET).sizing(gigaflops);
    }

    private static SizingFormulas formulas(String sites, String recipe, MemoryAmount budget) {
        String json =
                """
                {'run': 'sized', 'languageModel': {'uri': 's3://l/m/'}, 'contextLength': 64,
                 'tokenBlock': {'contexts': 2, 'partitions': 4}, 'evaluation': {'contexts': 1},
                 'training': {'steps': %d, 'batchSize': %d, 'bufferContexts': 8,
                              'checkpointSteps': 10, 'maxLagBytes': 2000000},
                 'sites': [%s],
                 'recipes': [{'name': 'a', 'dictionarySize': %d, %s}]}
                """
                        .formatted(STEPS, BATCH, sites, LATENTS, recipe);
        RunSpec spec = RunSpec.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return new SizingFormulas(spec, MODEL, 2, budget);
    }

    private static RunSizing onGpu(String sites) {
        return formulas(sites, "'type': 'topK', 'k': 8", GPU).sizing(OptionalDouble.empty());
    }

    private static RunSizing topK(String sites) {
        return sizing(sites, "'type': 'topK', 'k': 8", OptionalDouble.empty());
    }

    @Test
    void aReplicaNeedsTheLargestJobAndTheRunAllOfThem() {
        RunSizing sizing = topK("'layers.0.mlp.out', 'layers.1.mlp.hidden'");
        assertThat(sizing.memory().jobs())
                .extracting(job -> job.site().toString())
                .containsExactly("layers.0.mlp.out", "layers.1.mlp.hidden");
        JobSize narrow = sizing.memory().jobs().getFirst();
        JobSize wide = sizing.memory().jobs().getLast();
        assertThat(narrow.bytes()).isEqualTo(narrow.parts().total());
        assertThat(wide.bytes()).isGreaterThan(narrow.bytes());
        assertThat(sizing.memory().largestJob()).isEqualTo(wide.bytes());
        assertThat(sizing.memory().allJobs()).isEqualTo(narrow.bytes() + wide.bytes());
        assertThat(wide.amount().total()).isEqualTo(wide.bytes());
    }

    @Test
    void aProcessOfTheSizeThatIsNamedTakesTheJobs() {
        RunSizing.Memory memory = topK("'layers.0.mlp.out', 'layers.1.mlp.hidden'").memory();
        MemoryBudget.ProcessSize one = memory.processOfLargest();
        MemoryBudget.ProcessSize all = memory.processOfAll();
        MemoryAmount ofOne = MemoryBudget.of(one.limit(), one.mostHeap());
        assertThat(memory.jobs()).allMatch(job -> job.amount().fitsInto(ofOne));
        assertThat(MemoryBudget.of(all.limit(), all.mostHeap()))
                .isEqualTo(
                        memory.jobs().getFirst().amount().plus(memory.jobs().getLast().amount()));
        assertThat(memory.heldAlone()).isTrue();
    }

    @Test
    void onAGpuAJobsWeightsAndStepsAreThereAndNotInTheProcess() {
        JobSize onCpu = topK("'layers.0.mlp.out'").memory().jobs().getFirst();
        RunSizing.Memory memory = onGpu("'layers.0.mlp.out'").memory();
        JobSize job = memory.jobs().getFirst();
        DeviceMemory device = job.device().orElseThrow();

        assertThat(job.parts().weights() + job.parts().steps() + job.parts().lists()).isZero();
        assertThat(device.weights()).isEqualTo(onCpu.parts().weights());
        assertThat(device.batch()).isEqualTo((long) BATCH * STREAM * Float.BYTES);
        assertThat(job.amount())
                .isEqualTo(job.parts().amount().withDevice(device.total()))
                .matches(it -> it.offHeap() < onCpu.amount().offHeap());
        assertThat(job.bytes()).isEqualTo(job.parts().total() + device.total());
        assertThat(memory.heldAlone()).isTrue();
        assertThat(MemoryBudget.ofDevice(memory.processOfAll().device())).isEqualTo(device.total());
    }

    @Test
    void theLargestJobsGpuTakesAnyOneAndThatOfAllTakesThemTogether() {
        RunSizing.Memory memory = onGpu("'layers.0.mlp.out', 'layers.1.mlp.hidden'").memory();
        long narrow = memory.jobs().getFirst().amount().onDevice();
        long wide = memory.jobs().getLast().amount().onDevice();
        assertThat(MemoryBudget.ofDevice(memory.processOfLargest().device())).isEqualTo(wide);
        assertThat(MemoryBudget.ofDevice(memory.processOfAll().device())).isEqualTo(narrow + wide);
    }

    @Test
    void onACpuTheAnswerSaysNothingOfAGpu() {
        String json = new String(Json.write(topK("'layers.0.mlp.out'")), StandardCharsets.UTF_8);
        assertThat(json).doesNotContainIgnoringCase("device");
        assertThat(new String(Json.write(onGpu("'layers.0.mlp.out'")), StandardCharsets.UTF_8))
                .contains("\"device\":{\"weights\":", "\"onDevice\":2147483648");
    }

    @Test
    void aTopicHoldsTheLagTwoCheckpointsTheBufferAndBlocksOnTheirWay() {
        RunSizing sizing = topK("'layers.0.mlp.out'");
        long rows = 2 * 10 * BATCH + 8 * 64 + (4 + 3) * 2 * 64;
        assertThat(sizing.topics())
                .containsExactly(
                        new RunSizing.TopicSize(
                                "token-blocks.sized", 4, 2_000_000 + rows * Integer.BYTES),
                        new RunSizing.TopicSize(
                                "activation-blocks.sized.layers.0.mlp.out",
                                4,
                                2_000_000 + rows * STREAM * Float.BYTES));
    }

    @Test
    void theStoreTakesDictionariesAndTheLastTwoCheckpoints() {
        RunSizing.StoreSize store = topK("'layers.0.mlp.out'").store();
        long parameters = LATENTS * (2 * STREAM + 1) + STREAM;
        assertThat(store.dictionaries()).isEqualTo(parameters * Float.BYTES);
        assertThat(store.checkpoint()).isGreaterThan(3 * parameters * Float.BYTES);
        assertThat(store.kept()).isEqualTo(2 * (store.checkpoint() + store.dictionaries()));
    }

    @Test
    void recipesThatChooseLatentsComputeAsMuchFromTheStart() {
        RunSizing.Work work = topK("'layers.0.mlp.out'").work();
        assertThat(work.fewActive()).isEqualTo(1.5 * PRODUCT);
        assertThat(work.allActive()).isEqualTo(work.fewActive());
    }

    @Test
    void recipesThatLearnToBeSparseComputeUpToFiveProducts() {
        RunSizing.Work work =
                sizing(
                                "'layers.0.mlp.out'",
                                "'type': 'standard', 'learningRate': 0.001,"
                                        + " 'sparsityPenalty': 0.1",
                                OptionalDouble.empty())
                        .work();
        assertThat(work.fewActive()).isEqualTo(1.5 * PRODUCT);
        assertThat(work.allActive()).isEqualTo(5 * PRODUCT);
    }

    @Test
    void theModelIsRunUpToTheLastSite() {
        RunSizing.Work first = topK("'layers.0.mlp.out'").work();
        RunSizing.Work third = topK("'layers.0.mlp.out', 'layers.2.resid.post'").work();
        double layer = 2.0 * STREAM * (4 * STREAM + 3 * NEURONS);
        assertThat(first.forward()).isEqualTo(first.tokens() * layer);
        assertThat(third.forward()).isEqualTo(3 * first.forward());
        assertThat(topK("'embed'").work().forward()).isZero();
        assertThat(first.tokens()).isEqualTo(STEPS * BATCH);
    }

    @Test
    void hoursAreOperationsBySpeed() {
        RunSizing sizing =
                sizing("'layers.0.mlp.out'", "'type': 'topK', 'k': 8", OptionalDouble.of(0.5));
        double operations = sizing.work().forward() + sizing.work().fewActive();
        assertThat(sizing.hours().orElseThrow().fewActive())
                .isCloseTo(operations / 0.5e9 / 3600, ROUNDING);
        assertThat(topK("'layers.0.mlp.out'").hours()).isEmpty();
    }
}
