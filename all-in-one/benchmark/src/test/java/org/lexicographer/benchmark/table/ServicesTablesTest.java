package org.lexicographer.benchmark.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.benchmark.contender.Contenders;
import org.lexicographer.benchmark.measure.Comparison;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.profile.CpuProfile;
import org.lexicographer.benchmark.profile.Part;
import org.lexicographer.benchmark.profile.PipeCost;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.run.RunPlan;
import org.lexicographer.benchmark.run.RunTimes;
import org.lexicographer.benchmark.run.Services;
import org.lexicographer.benchmark.work.ForwardWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.pipeline.run.RunSpec;

/** The tables that services are needed for, with services and peers that do nothing. */
class ServicesTablesTest {

    private static final Texts TEXTS = new Texts("/models/demo", 10, 100);

    /** 2 dictionaries, 10 steps of 500 rows. */
    private static final RunPlan PLAN =
            new RunPlan(
                    TEXTS,
                    List.of("layers.0.mlp.out", "layers.1.mlp.out"),
                    List.of("topK"),
                    new StepSize(500, 128, 256, 8),
                    10);

    @TempDir private Path scripts;

    private final List<String> done = new ArrayList<>();
    private final PrintStream err = new PrintStream(new ByteArrayOutputStream());

    /** Trains 1,000 tokens a second more with each run, which takes 20 seconds. */
    private final class Idle implements Services {

        private int runs;

        @Override
        public RunTimes run(RunSpec spec) {
            done.add(spec.run());
            runs++;
            return new RunTimes(1_000 * runs, 3_000, 2, 10, 8);
        }

        @Override
        public PipeCost cost(RunSpec spec) {
            done.add(spec.run());
            CpuProfile profile =
                    new CpuProfile(Map.of(Part.KAFKA, 6.0, Part.STORE, 1.0, Part.COPIES, 2.0));
            return new PipeCost(200, profile, 0.025);
        }

        @Override
        public void addTrainer() {
            done.add("one more trainer");
        }

        @Override
        public void close() {
            done.add("closed");
        }
    }

    private List<Table> pipeline(Optional<Path> interpreter) {
        ForwardWork pass = new ForwardWork(TEXTS, List.of(), Place.cpu(1));
        try (Contenders contenders = new Contenders(() -> interpreter, scripts, err)) {
            Bench bench = new Bench(new Comparison(0, 1), contenders, err);
            RunSpec extraction = RunPlan.extraction("extraction", 64);
            return new PipelineTable(said -> new Idle(), PLAN, extraction, pass).measure(bench);
        }
    }

    /** Writes peers that take five seconds for everything, and say so. */
    private void writePeers() throws Exception {
        for (String script : List.of("training.py", "evaluation.py", "forward.py")) {
            Files.writeString(
                    scripts.resolve(script),
                    """
                    while read -r line; do
                      case $line in
                        {*) echo '{"name": "peer"}' ;;
                        *) echo '{"milliseconds": 5000}' ;;
                      esac
                    done
                    """);
        }
    }

    @Test
    void aRunIsComparedWithAsManyStepsOfThePeerAndItsEvaluation() throws Exception {
        writePeers();

        List<Row> rates = pipeline(Optional.of(Path.of("sh"))).getFirst().rows();

        // 500 tokens in 5 s; 5,000 in 10 steps and an evaluation, 55 s; 1,000 of a pass in 5 s.
        assertThat(rates)
                .extracting(row -> row.measured().get("peer").median())
                .containsExactly(100.0, 5_000 / 55.0, 200.0);
        assertThat(rates)
                .extracting(row -> row.measured().get("lexicographer").median())
                .containsExactly(1_000.0, 250.0, 3_000.0);
        assertThat(rates.getFirst().ratios().get("times faster than peer").median()).isEqualTo(10);
    }

    @Test
    void withoutAPeerTheRunsAreMeasuredAlone() {
        List<Table> tables = pipeline(Optional.empty());

        assertThat(tables.getFirst().rows()).extracting(Row::ratios).allMatch(it -> it.isEmpty());
        assertThat(tables.getLast().rows())
                .extracting(row -> row.measured().get("all").median())
                .containsExactly(20.0, 20.0);
        assertThat(done).containsExactly("measured", "extraction", "closed");
    }

    @Test
    void aSecondTrainerIsComparedWithOneOnceBothAreWarm() {
        Contenders nobody = new Contenders(Optional::empty, scripts, err);
        Bench bench = new Bench(new Comparison(0, 1), nobody, err);

        List<Table> tables = new ReplicaTable(said -> new Idle(), PLAN).measure(bench);

        Row row = tables.getFirst().rows().getFirst();
        assertThat(row.ratios().get("2 / 1").median()).isEqualTo(2);
        assertThat(done)
                .containsExactly(
                        "one-warm-up", "one", "one more trainer", "two-warm-up", "two", "closed");
    }

    @Test
    void whatThePipeCostsIsPartOfAllProcessorTime() {
        // When
        List<Table> tables;
        try (Contenders contenders = new Contenders(Optional::empty, scripts, err)) {
            Bench bench = new Bench(new Comparison(0, 1), contenders, err);
            tables =
                    new PipeTable(said -> new Idle(), Map.of("a run", PLAN.spec("sites")))
                            .measure(bench);
        }

        // Then
        assertThat(done).containsExactly("sites", "closed");
        Map<String, Samples> measured = tables.getFirst().rows().getFirst().measured();
        assertThat(measured)
                .containsOnlyKeys(
                        "Kafka", "S3", "copies", "pipe", "trainers wait", "processor seconds");
        assertThat(measured.get("Kafka").median()).isEqualTo(3);
        assertThat(measured.get("pipe").median()).isEqualTo(4.5);
        assertThat(measured.get("trainers wait").median()).isEqualTo(2.5);
    }
}
