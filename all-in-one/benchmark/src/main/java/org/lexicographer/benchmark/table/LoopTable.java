package org.lexicographer.benchmark.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.lexicographer.benchmark.loop.EncodeLoops;
import org.lexicographer.benchmark.loop.RowLoops;
import org.lexicographer.benchmark.loop.WideningLoops;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Inner loops on one thread, timed by JMH, each in a JVM of its own.
 *
 * @param iterations how often each is timed, after as many times that are not counted
 * @param each for how long
 */
public record LoopTable(int iterations, TimeValue each) {

    /** The loops in the order of the table; a multiplication and an addition are two operations. */
    private static final Map<String, String> TITLES = new LinkedHashMap<>();

    static {
        title(EncodeLoops.class, "multiply", "96 rows times the encoder, operations");
        title(
                EncodeLoops.class,
                "multiplyAndSelect",
                "the same, and the 32 largest of each row kept, operations of the product");
        title(RowLoops.class, "sums", "the sum of 32 gathered rows, operations");
        title(RowLoops.class, "dots", "a row times 32 gathered ones, operations");
        title(RowLoops.class, "adam", "Adam on a gathered row, elements");
        title(WideningLoops.class, "widen", "bfloat16 to float32, elements");
    }

    private static void title(Class<?> loops, String method, String title) {
        TITLES.put(loops.getName() + "." + method, title);
    }

    /** Returns the loops, timed as usual. */
    public static LoopTable usual(boolean quick) {
        return quick
                ? new LoopTable(2, TimeValue.milliseconds(300))
                : new LoopTable(6, TimeValue.seconds(1));
    }

    /**
     * Returns the table.
     *
     * @throws IllegalStateException when a loop fails
     */
    public List<Table> measure(Bench bench) {
        bench.err().println("measuring inner loops ...");
        List<Row> rows = loops().stream().map(this::row).toList();
        return List.of(new Table("Inner loops, D=512, F=8192, on one thread, 10^9 a second", rows));
    }

    /** Returns the names of all loops. */
    static Set<String> loops() {
        return TITLES.keySet();
    }

    Row row(String loop) {
        try {
            RunResult result = new Runner(options(loop)).runSingle();
            double[] rates =
                    result.getBenchmarkResults().stream()
                            .flatMap(fork -> fork.getIterationResults().stream())
                            .map(IterationResult::getPrimaryResult)
                            .mapToDouble(iteration -> iteration.getScore())
                            .toArray();
            return new Row(TITLES.get(loop), Map.of("lexicographer", new Samples(rates)), Map.of());
        } catch (RunnerException e) {
            throw new IllegalStateException("loop cannot be timed: loop=" + loop, e);
        }
    }

    private Options options(String loop) {
        return new OptionsBuilder()
                .include("^" + loop.replace(".", "\\.") + "$")
                .mode(Mode.Throughput)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .warmupIterations(iterations)
                .warmupTime(each)
                .measurementIterations(iterations)
                .measurementTime(each)
                .jvmArgsAppend(
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.pytorch.num_threads=1")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
    }
}
