package org.lexicographer.benchmark.table;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.profile.Part;
import org.lexicographer.benchmark.profile.PipeCost;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.run.Services;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * What moving data costs: processor time in Kafka, S3 and copies of blocks, and what trainers wait.
 *
 * @param services starts the services, given where they may say something
 * @param runs the runs by their titles
 */
public record PipeTable(Function<PrintStream, Services> services, Map<String, RunSpec> runs) {

    private static final double PERCENT = 100;

    /** Returns the table, a row for each run. */
    public List<Table> measure(Bench bench) {
        List<Row> rows = new ArrayList<>();
        try (Services system = services.apply(bench.err())) {
            runs.forEach(
                    (title, spec) -> {
                        bench.err().printf("measuring what the pipe costs: %s ...%n", title);
                        rows.add(row(title, system.cost(spec)));
                    });
        }
        return List.of(
                new Table(
                        "What the pipe costs, percent of all processor time, and of trainers' time",
                        rows));
    }

    private static Row row(String title, PipeCost cost) {
        Map<String, Samples> measured = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            if (part != Part.WORK) {
                measured.put(part.text(), percent(cost.share(part)));
            }
        }
        measured.put("pipe", percent(cost.pipe()));
        measured.put("trainers wait", percent(cost.waiting()));
        measured.put("processor seconds", Samples.of(List.of(cost.cpu())));
        return new Row(title, measured, Map.of());
    }

    private static Samples percent(double share) {
        return Samples.of(List.of(PERCENT * share));
    }
}
