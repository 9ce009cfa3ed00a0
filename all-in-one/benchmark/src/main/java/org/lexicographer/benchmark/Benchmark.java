package org.lexicographer.benchmark;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lexicographer.benchmark.contender.Contenders;
import org.lexicographer.benchmark.report.Machine;
import org.lexicographer.benchmark.report.Report;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.table.Bench;
import org.lexicographer.benchmark.table.ProductTable;
import org.lexicographer.benchmark.table.ScalingTable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how fast this project's inner works are beside other people's tools. */
@Command(
        name = "./run benchmark",
        sortOptions = false,
        description = {
            "Measures how fast the inner works are, in turn with other people's tools where Python"
                    + " is there, and prints medians with quartiles and how many times faster they"
                    + " are.",
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

    /** What can be measured. */
    private enum What {
        /** Training steps. */
        step,
        /** The product that a step begins with. */
        product,
        /** Language models' bodies. */
        forward,
        /** Evaluations of dictionaries. */
        evaluation,
        /** How steps grow. */
        scaling
    }

    @Parameters(
            paramLabel = "WHAT",
            description = "What is measured: ${COMPLETION-CANDIDATES}. By default all of it.")
    private List<What> what = List.of(What.values());

    @Mixin private MeasureOptions measuring;

    @Mixin private StepOptions steps;

    @Mixin private ModelOptions models;

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
        System.exit(new Benchmark(home, System.out, System.err).run(arguments));
    }

    int run(String... arguments) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** One of the things to measure. */
    private interface Measurement {
        List<Table> measure(Bench bench);
    }

    @Override
    public Integer call() throws IOException {
        List<Measurement> measurements = what.stream().map(this::measurement).toList();
        if (measuring.gpu() && Engine.getInstance().getGpuCount() == 0) {
            err.println("error: there is no GPU here that PyTorch could use");
            return 1;
        }
        try (Contenders contenders = contenders()) {
            Bench bench = new Bench(measuring.comparison(), contenders, err);
            for (int i = 0; i < what.size(); i++) {
                List<Table> tables = measurements.get(i).measure(bench);
                publish(new Report(what.get(i).name(), Machine.here(), tables));
            }
            return 0;
        }
    }

    private Measurement measurement(What one) {
        boolean quick = measuring.quick();
        return switch (one) {
            case step -> steps.table(quick, measuring.places(), measuring.place())::measure;
            case product -> new ProductTable(steps.size(quick), measuring.places())::measure;
            case forward -> models.forward(quick, folder(), measuring.places())::measure;
            case evaluation -> models.evaluation(quick, folder(), measuring.place())::measure;
            case scaling -> new ScalingTable(steps.smallest(quick), measuring.place())::measure;
        };
    }

    private Path folder() {
        return home.resolve("target/benchmark");
    }

    private Contenders contenders() {
        Path scripts = home.resolve("all-in-one/benchmark/peers");
        Optional<Path> python =
                measuring.python(
                        folder().resolve("python"), scripts.resolve("requirements.txt"), err);
        return new Contenders(python, scripts, err);
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
