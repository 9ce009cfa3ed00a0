package org.lexicographer.trainer.sizing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.memory.MemoryBudget;
import org.lexicographer.trainer.memory.MemoryBudget.ProcessSize;

/** What docs/memory.md says that the runs of runs/ need, and what k8s/ gives. */
class DocumentedMemoryTest {

    private static final Path HOME = Path.of("..");

    /** Of two digits after the point, and vectors of another length. */
    private static final Percentage ROUNDING = Percentage.withPercentage(3);

    private static final double GIGA = 1e9;
    private static final double GIBI = 1L << 30;
    private static final int THREADS = 2;

    /** The width of all sites that the runs name, by the models' configurations. */
    private static final Map<String, Integer> STREAMS =
            Map.of(
                    "pythia-70m", 512,
                    "gpt2", 768,
                    "gemma-2-2b", 2304,
                    "Llama-3.1-8B", 4096,
                    "TinyStories-33M", 768);

    private static String text(String file) {
        try {
            return Files.readString(HOME.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<MemoryAmount> jobs(String run) {
        return needs(run).stream().map(JobNeed::onCpu).toList();
    }

    private static List<JobNeed> needs(String run) {
        RunSpec spec = RunSpec.read(text("runs/" + run + ".json").getBytes(UTF_8));
        int width =
                STREAMS.entrySet().stream()
                        .filter(model -> spec.languageModel().uri().contains(model.getKey()))
                        .findFirst()
                        .orElseThrow()
                        .getValue();
        JobMemory memory = new JobMemory(spec, site -> width, THREADS);
        return spec.sites().stream().map(memory::need).toList();
    }

    /** A line of the table: file, sites, bytes beside the heap, on it, limit, heap and GPU. */
    record Line(String run, int sites, List<Double> gigabytes) {

        private static final Pattern FORM =
                Pattern.compile(
                        "\\| `([a-z0-9-]+)\\.json` \\| (\\d+)"
                                + " \\| ([\\d.]+) \\| ([\\d.]+) \\| ([\\d.]+) \\| ([\\d.]+)"
                                + " \\| ([\\d.]+) \\|");

        static Stream<Line> all() {
            return FORM.matcher(text("docs/memory.md"))
                    .results()
                    .map(
                            line ->
                                    new Line(
                                            line.group(1),
                                            Integer.parseInt(line.group(2)),
                                            Stream.of(3, 4, 5, 6, 7)
                                                    .map(line::group)
                                                    .map(Double::valueOf)
                                                    .toList()));
        }
    }

    static Stream<Line> lines() {
        return Line.all();
    }

    @Test
    void everyRunOfAKnownModelIsInTheTable() throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("runs"))) {
            List<String> runs =
                    files.map(file -> file.getFileName().toString().replace(".json", ""))
                            .filter(run -> !run.equals("smollm2-135m"))
                            .toList();
            assertThat(Line.all().map(Line::run)).containsExactlyInAnyOrderElementsOf(runs);
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aJobOfARunNeedsWhatTheTableSays(Line line) {
        List<MemoryAmount> jobs = jobs(line.run());
        ProcessSize process = MemoryBudget.sizeFor(jobs.getFirst());
        assertThat(jobs).hasSize(line.sites()).containsOnly(jobs.getFirst());
        List<Double> found =
                List.of(
                        jobs.getFirst().offHeap() / GIGA,
                        jobs.getFirst().onHeap() / GIGA,
                        process.limit() / GIBI,
                        process.mostHeap() / GIBI,
                        needs(line.run()).getFirst().onGpu().onDevice() / GIGA);
        for (int i = 0; i < found.size(); i++) {
            assertThat(line.gigabytes().get(i)).as("%s", found).isCloseTo(found.get(i), ROUNDING);
        }
    }

    private static long number(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void threePodsOfTheBaseHoldThePostsRun() {
        // Given
        String pod = text("k8s/base/trainer-service.yaml");
        long limit = number("limits: \\{.*memory: (\\d+)Gi", pod) << 30;
        String image =
                text("docker-compose.yml").replaceFirst("(?s)^.*SERVICE: trainer-service", "");
        long heap = limit * number("MaxRAMPercentage=(\\d+)", image) / 100;
        MemoryAmount budget = MemoryBudget.of(limit, heap);

        // When
        MemoryAmount job = jobs("pythia-70m-deduped-0-8192").getFirst();

        // Then: two of six sites a pod
        assertThat(job.plus(job).fitsInto(budget)).isTrue();
    }
}
