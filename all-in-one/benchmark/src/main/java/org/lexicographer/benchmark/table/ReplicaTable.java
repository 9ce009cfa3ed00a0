package org.lexicographer.benchmark.table;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.run.RunPlan;
import org.lexicographer.benchmark.run.Services;

/**
 * A run whose sites are shared by trainer-services on one machine: they have the same cores
 * together, so that what a second one takes away is its overhead. A run that is not counted comes
 * before each that is: whatever is new has compiled its code by then.
 *
 * @param services starts the services, given where they may say something
 * @param plan the run, of at least two sites
 */
public record ReplicaTable(Function<PrintStream, Services> services, RunPlan plan) {

    /** Returns the table: with one trainer-service, then with two. */
    public List<Table> measure(Bench bench) {
        bench.err().printf("measuring trainer-services at %s ...%n", plan.title());
        try (Services system = services.apply(bench.err())) {
            double one = warmRate(system, "one");
            system.addTrainer();
            double two = warmRate(system, "two");
            Map<String, Samples> measured = new LinkedHashMap<>();
            measured.put("1, tokens/s", Samples.of(List.of(one)));
            measured.put("2, tokens/s", Samples.of(List.of(two)));
            Map<String, Samples> ratios = new LinkedHashMap<>();
            ratios.put("2 / 1", Samples.of(List.of(two / one)));
            ratios.put("expected on the same cores", Samples.of(List.of(1.0)));
            return List.of(
                    new Table(
                            "A run as the number of trainer-services grows",
                            List.of(new Row(plan.title(), measured, ratios))));
        }
    }

    private double warmRate(Services system, String run) {
        system.run(plan.spec(run + "-warm-up"));
        return system.run(plan.spec(run)).trainedPerSecond();
    }
}
