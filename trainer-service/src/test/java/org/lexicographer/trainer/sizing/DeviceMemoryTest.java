package org.lexicographer.trainer.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.memory.JobNeed;

class DeviceMemoryTest {

    private static final int WIDTH = 64;
    private static final long ROWS = 256;
    private static final Site SITE = Site.parse("layers.0.mlp.in");
    private static final String TOP_K = recipe("a", 1024, "'type': 'topK', 'k': 16");
    private static final String LARGER = recipe("b", 4096, "'type': 'topK', 'k': 16");
    private static final String TRANSCODER =
            recipe("c", 1024, "'type': 'topK', 'k': 16, 'reconstructs': 'mlp.out'");

    private static String recipe(String name, int size, String settings) {
        return "{'name': '%s', 'dictionarySize': %d, 'computeType': 'bfloat16', %s}"
                .formatted(name, size, settings);
    }

    private static RunSpec run(String... recipes) {
        String json =
                """
                {'run': 'r', 'languageModel': {'uri': 's3://l/m/'}, 'contextLength': 64,
                 'evaluation': {'contexts': 1}, 'sites': ['layers.0.mlp.in'],
                 'training': {'steps': 30, 'batchSize': %d, 'bufferContexts': 64},
                 'recipes': [%s]}
                """
                        .formatted(ROWS, String.join(", ", recipes));
        return RunSpec.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static DeviceMemory job(String... recipes) {
        return new JobMemory(run(recipes), site -> WIDTH, 1).onDevice(SITE);
    }

    @Test
    void recipesHaveWeightsEachAndStepOneAfterTheOther() {
        DeviceMemory small = job(TOP_K);
        DeviceMemory large = job(LARGER);
        DeviceMemory both = job(TOP_K, LARGER);
        assertThat(both.weights()).isEqualTo(small.weights() + large.weights());
        assertThat(both.steps()).isEqualTo(large.steps()).isGreaterThan(small.steps());
        assertThat(both.batch()).isEqualTo(small.batch());
        assertThat(both.libraries()).isEqualTo(small.libraries());
        assertThat(both.total())
                .isEqualTo(both.weights() + both.steps() + both.batch() + both.libraries());
    }

    @Test
    void aJobHasTheBatchOfEachSiteAndACopyForTheStep() {
        long rows = Float.BYTES * ROWS * WIDTH;
        assertThat(job(TOP_K).batch()).isEqualTo(rows);
        assertThat(job(TRANSCODER).batch()).isEqualTo(2 * rows);
        assertThat(job(TRANSCODER).steps()).isEqualTo(job(TOP_K).steps() + rows);
    }

    @Test
    void whatIsOnAGpuIsNotInTheProcessToo() {
        JobMemory memory = new JobMemory(run(TOP_K), site -> WIDTH, 1);
        JobNeed need = memory.need(SITE);
        MemoryEstimate onCpu = memory.of(SITE);
        assertThat(need.onCpu()).isEqualTo(onCpu.amount());
        assertThat(need.onGpu().onDevice()).isEqualTo(memory.onDevice(SITE).total());
        assertThat(need.onCpu().offHeap() - need.onGpu().offHeap())
                .isEqualTo(onCpu.weights() + onCpu.steps());
        assertThat(need.onCpu().onHeap() - need.onGpu().onHeap()).isEqualTo(onCpu.lists());
    }

    @Test
    void productsInBfloat16WithKernelsTakeLessThanPrograms() {
        List<String> types =
                List.of(
                        "'type': 'topK', 'k': 16",
                        "'type': 'batchTopK', 'k': 16",
                        "'type': 'standard', 'learningRate': 0.001, 'sparsityPenalty': 0.1",
                        "'type': 'gated', 'learningRate': 0.001, 'sparsityPenalty': 0.1",
                        "'type': 'jumpReLU', 'learningRate': 0.001, 'sparsityPenalty': 0.1");
        for (String type : types) {
            String narrow = recipe("a", 4096, type);
            String wide = narrow.replace("bfloat16", "float32");
            assertThat(job(narrow).steps()).as(type).isLessThan(job(wide).steps());
        }
    }
}
