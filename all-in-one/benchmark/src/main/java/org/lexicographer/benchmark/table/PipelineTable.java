package org.lexicographer.benchmark.table;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.lexicographer.benchmark.contender.Lineup;
import org.lexicographer.benchmark.measure.Comparison;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.run.RunPlan;
import org.lexicographer.benchmark.run.RunTimes;
import org.lexicographer.benchmark.run.Services;
import org.lexicographer.benchmark.work.ForwardWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.Task;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Whole runs of the services, beside dictionary_learning, which trains one dictionary after the
 * other. The peer takes a step of each dictionary before the services start and another one after
 * they have ended: its steps are alike, so that their time says how long any number of them takes.
 *
 * @param services starts the services, given where they may say something
 * @param plan the run
 * @param extraction a run on the demo's model that is all extraction
 * @param pass a forward pass of the demo's model, which its extraction is compared with
 */
public record PipelineTable(
        Function<PrintStream, Services> services,
        RunPlan plan,
        RunSpec extraction,
        ForwardWork pass) {

    private static final String OWN = "lexicographer";
    private static final Comparison ONCE = new Comparison(0, 1);
    private static final Comparison SHORT = new Comparison(1, 5);
    private static final double MILLIS = 1e3;

    /** A peer's name, and the seconds that it took each time. */
    private record Peer(String name, double... seconds) {

        Samples rates(DoubleUnaryOperator rate) {
            return new Samples(DoubleStream.of(seconds).map(rate).toArray());
        }
    }

    /** What was measured of the services. */
    private record Runs(RunTimes plan, RunTimes extraction) {}

    /** Returns the tables: how fast the runs were, then where their time went. */
    public List<Table> measure(Bench bench) {
        bench.err().printf("measuring a run of %s ...%n", plan.title());
        List<Runs> runs = new ArrayList<>();
        Optional<Peer> steps = stepsAround(bench, () -> runs.add(runs(bench)));
        RunTimes run = runs.getFirst().plan();
        RunTimes extracted = runs.getFirst().extraction();
        Place place = pass.place();
        Optional<Peer> evaluation = peer(bench, "evaluation.py", plan.evaluation(place), ONCE);
        Optional<Peer> passes = peer(bench, "forward.py", pass, SHORT);
        double evaluated = evaluation.map(peer -> peer.seconds()[0]).orElse(Double.NaN);
        double batch = plan.size().batchSize();
        double text = pass.texts().tokens();
        List<Row> rates =
                List.of(
                        row(
                                "%s: well inside %d steps".formatted(plan.title(), plan.steps()),
                                run.trainedPerSecond(),
                                steps,
                                step -> batch / step),
                        row(
                                "from its submission to its last evaluation",
                                plan.tokens() / run.whole(),
                                evaluation.flatMap(peer -> steps),
                                step -> plan.tokens() / (plan.steps() * step + evaluated)),
                        row(
                                extractionTitle()
                                        + ": extraction with publishing, the peer's body alone",
                                extracted.extractedPerSecond(),
                                passes,
                                once -> text / once));
        List<Row> parts = List.of(parts(plan.title(), run), parts(extractionTitle(), extracted));
        return List.of(
                new Table("A run of the services, tokens a second", rates),
                new Table("Where the time of a run goes, seconds", parts));
    }

    private Runs runs(Bench bench) {
        try (Services system = services.apply(bench.err())) {
            return new Runs(system.run(plan.spec("measured")), system.run(extraction));
        }
    }

    /** Lets the peer take its steps before and after something else. */
    private Optional<Peer> stepsAround(Bench bench, Runnable between) {
        try (Lineup lineup = bench.contenders().lineup()) {
            Optional<String> name = lineup.peer("training.py", plan.step(pass.place()), "");
            Optional<Double> before = name.map(peer -> seconds(lineup, peer, ONCE)[0]);
            between.run();
            return name.map(
                    peer -> new Peer(peer, before.orElseThrow(), seconds(lineup, peer, ONCE)[0]));
        }
    }

    private static Optional<Peer> peer(
            Bench bench, String script, Task task, Comparison comparison) {
        try (Lineup lineup = bench.contenders().lineup()) {
            return lineup.peer(script, task, "")
                    .map(name -> new Peer(name, seconds(lineup, name, comparison)));
        }
    }

    private static double[] seconds(Lineup lineup, String name, Comparison comparison) {
        Samples milliseconds = lineup.race(comparison).times(name);
        return DoubleStream.of(milliseconds.values()).map(time -> time / MILLIS).toArray();
    }

    private String extractionTitle() {
        return "the demo's model, %d sites".formatted(extraction.sites().size());
    }

    private static Row row(
            String title, double own, Optional<Peer> peer, DoubleUnaryOperator peersRate) {
        Map<String, Samples> measured = new LinkedHashMap<>();
        Map<String, Samples> ratios = new LinkedHashMap<>();
        measured.put(OWN, Samples.of(List.of(own)));
        peer.ifPresent(
                other -> {
                    Samples rates = other.rates(peersRate);
                    measured.put(other.name(), rates);
                    ratios.put(
                            "times faster than " + other.name(),
                            Samples.of(List.of(own / rates.median())));
                });
        return new Row(title, measured, ratios);
    }

    private static Row parts(String title, RunTimes times) {
        Map<String, Samples> measured = new LinkedHashMap<>();
        measured.put("to the first step", Samples.of(List.of(times.beforeTraining())));
        measured.put("to the last step", Samples.of(List.of(times.training())));
        measured.put("to the last evaluation", Samples.of(List.of(times.afterTraining())));
        measured.put("all", Samples.of(List.of(times.whole())));
        return new Row(title, measured, Map.of());
    }
}
