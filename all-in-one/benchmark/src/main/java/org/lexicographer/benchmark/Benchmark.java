package org.lexicographer.benchmark;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformLoggingMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.benchmark.contender.ContenderException;
import org.lexicographer.benchmark.contender.Contenders;
import org.lexicographer.benchmark.report.Machine;
import org.lexicographer.benchmark.report.Report;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.table.Bench;
import org.lexicographer.benchmark.table.LoopTable;
import org.lexicographer.benchmark.table.ProductTable;
import org.lexicographer.benchmark.table.ScalingTable;
import org.lexicographer.benchmark.work.Place;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how fast this project's inner works and whole runs are beside other people's tools. */
@Command(
        name = "./run benchmark",
        sortOptions = false,
        description = {
            "Measures how fast inner works and whole runs are, in turn with other people's tools"
                    + " where Python is there, and prints medians with quartiles and how many times"
                    + " faster they are.",
            "Let nothing else run meanwhile."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:all was measured",
            "1:it could not be: no GPU, for example",
            "2:the command line is wrong"
        })
public final class Benchmark implements Callable<Integer> {

    /** The folder of the project; the launching script sets it. */
    static final String HOME = "lexicographer.home";

    private final Path home;
    private final PrintStream out;
    private final PrintStream err;

    /** What can be measured, and how many minutes it takes on two cores with a peer. */
    private enum What {
        /** Training steps. */
        step(17, 3),
        /** The product that a step begins with. */
        product(3, 1),
        /** Inner loops by themselves. */
        loops(2, 1),
        /** Language models' bodies. */
        forward(3, 1),
        /** Evaluations of dictionaries. */
        evaluation(10, 1),
        /** Statistics of latents. */
        latents(8, 2),
        /** Whole runs of the services. */
        pipeline(8, 2),
        /** What moving data costs whole runs. */
        pipe(14, 3),
        /** The whole of the demo. */
        demo(9, 2),
        /** How the cost of steps, and of runs with more replicas, grows. */
        scaling(16, 4);

        private final int minutes;
        private final int quickMinutes;

        What(int minutes, int quickMinutes) {
            this.minutes = minutes;
            this.quickMinutes = quickMinutes;
        }
    }

    @Parameters(
            paramLabel = "WHAT",
            description = "What is measured: ${COMPLETION-CANDIDATES}. By default all of it.")
    private List<What> what = List.of(What.values());

    @Mixin private MeasureOptions measuring;

    @Mixin private StepOptions steps;

    @Mixin private ModelOptions models;

    @Mixin private RunOptions runs;

    @Option(
            names = "--help",
            usageHelp = true,
            showDefaultValue = Visibility.NEVER,
            description = "Print this.")
    private boolean help;

    Benchmark(Path home, PrintStream out, PrintStream err) {
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /** Measures what the arguments say. */
    public static void main(String[] arguments) {
        Path home = Path.of(System.getProperty(HOME));
        // The greetings of libraries are not what was asked for; whatever fails is thrown.
        ManagementFactory.getPlatformMXBean(PlatformLoggingMXBean.class)
                .setLoggerLevel("", "SEVERE");
        System.exit(new Benchmark(home, System.out, System.err).run(arguments));
    }

    int run(String... arguments) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e))
                .execute(arguments);
    }

    /** A contender has said why it failed; whatever else fails is a defect of this program. */
    private int failed(Exception e) throws Exception {
        if (e instanceof ContenderException) {
            err.println("error: " + e.getMessage());
            return 1;
        }
        throw e;
    }

    /** One of the things to measure. */
    private interface Measurement {
        List<Table> measure(Bench bench);

        /** Returns one that comes to the tables of several. */
        static Measurement of(Measurement... parts) {
            return bench -> Stream.of(parts).flatMap(part -> part.measure(bench).stream()).toList();
        }
    }

    @Override
    public Integer call() throws IOException {
        measuring.check();
        if (measuring.gpu() && Engine.getInstance().getGpuCount() == 0) {
            err.println("error: there is no GPU here that PyTorch could use");
            return 1;
        }
        List<Measurement> measurements = what.stream().map(this::measurement).toList();
        err.println(estimate());
        try (Contenders usual = contenders("python", "requirements.txt");
                Contenders dashboards = contenders("python-latents", "requirements-latents.txt")) {
            for (int i = 0; i < what.size(); i++) {
                Contenders contenders = what.get(i) == What.latents ? dashboards : usual;
                Bench bench = new Bench(measuring.comparison(), contenders, err);
                List<Table> tables = measurements.get(i).measure(bench);
                publish(new Report(what.get(i).name(), Machine.here(), tables));
            }
            return 0;
        }
    }

    /** Says how long it will take, unless options change what is usual. */
    private String estimate() {
        ToIntFunction<What> minutes = one -> measuring.quick() ? one.quickMinutes : one.minutes;
        return "usually about %d minutes on two cores with a peer: %s"
                .formatted(
                        what.stream().mapToInt(minutes).sum(),
                        what.stream()
                                .map(one -> one + " " + minutes.applyAsInt(one))
                                .collect(Collectors.joining(", ")));
    }

    private Measurement measurement(What one) {
        boolean quick = measuring.quick();
        Place place = measuring.place();
        return switch (one) {
            case step -> steps.table(quick, measuring.places(), place)::measure;
            case product ->
                    new ProductTable(steps.size(quick), measuring.placesFromOneThread())::measure;
            case loops -> LoopTable.usual(quick)::measure;
            case forward -> models.forward(quick, folder(), measuring.places())::measure;
            case evaluation -> models.evaluation(quick, folder(), place)::measure;
            case latents -> models.latents(quick, folder(), place)::measure;
            case pipeline -> runs.pipeline(quick, home, steps, place)::measure;
            case pipe -> runs.pipe(quick, home, steps, place)::measure;
            case demo -> runs.demo(quick, home, place)::measure;
            case scaling ->
                    Measurement.of(
                            new ScalingTable(steps.smallest(quick), place)::measure,
                            runs.replicas(quick, home, steps, place)::measure);
        };
    }

    private Path folder() {
        return home.resolve("target/benchmark");
    }

    /** SAEDashboard and the other peers need packages of different versions. */
    private Contenders contenders(String environmentName, String requirementsName) {
        Path scripts = home.resolve("all-in-one/benchmark/peers");
        Path environment = folder().resolve(environmentName);
        Path requirements = scripts.resolve(requirementsName);
        return new Contenders(() -> measuring.python(environment, requirements, err), scripts, err);
    }

    private void publish(Report report) throws IOException {
        Path folder = Files.createDirectories(folder());
        Path json = folder.resolve(report.what() + ".json");
        Files.write(json, report.json());
        Files.writeString(folder.resolve(report.what() + ".md"), report.markdown());
        out.println(report.markdown());
        out.println("All samples: " + home.relativize(json));
    }
}
