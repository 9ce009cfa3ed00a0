package org.lexicographer.benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.sample.DemoDataset;
import org.lexicographer.benchmark.model.MeasuredModel;
import org.lexicographer.benchmark.run.PipelineSystem;
import org.lexicographer.benchmark.run.RunPlan;
import org.lexicographer.benchmark.run.Services;
import org.lexicographer.benchmark.table.DemoTable;
import org.lexicographer.benchmark.table.PipeTable;
import org.lexicographer.benchmark.table.PipelineTable;
import org.lexicographer.benchmark.table.ReplicaTable;
import org.lexicographer.benchmark.work.ForwardWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.run.RunSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which runs of the services are timed. */
final class RunOptions {

    private static final int CONTEXT_LENGTH = 128;
    private static final int EVALUATED_CONTEXTS = 16;
    private static final int REPLICATED_SITES = 2;

    /** The demo's contexts are longer. */
    private static final int DEMO_CONTEXT_LENGTH = 256;

    private static final int DEMO_CONTEXTS = 8;
    private static final int DEMO_BUFFER = 2048;
    private static final int QUICK_DEMO_BUFFER = 256;
    private static final int QUICK_DEMO_STEPS = 40;
    private static final int QUICK_PIPE_STEPS = 200;

    /** Six sites of two recipes for about ten minutes on two cores. */
    private static final int PIPE_STEPS = 200;

    /** So that whole steps lie between 25 and 90 percent of them. */
    private static final int LEAST_STEPS = 4;

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description =
                    "Steps of the runs of pipeline, pipe and scaling. Default: 40, pipe 200, quick"
                            + " 20.")
    private Integer steps;

    PipelineTable pipeline(boolean quick, Path home, StepOptions sizes, Place place) {
        Path folder = home.resolve("target/benchmark");
        RunPlan plan = plan(quick, folder, sizes, StepOptions.TOGETHER, sizes.sites(quick));
        Texts demo =
                MeasuredModel.demo.texts(
                        folder.resolve("models"), DEMO_CONTEXTS, DEMO_CONTEXT_LENGTH);
        return new PipelineTable(
                services(home, place),
                plan,
                RunPlan.extraction("extraction", quick ? QUICK_DEMO_BUFFER : DEMO_BUFFER),
                new ForwardWork(demo, List.of(), place));
    }

    /** The demo's run, and one of several sites that takes ten minutes on two cores. */
    PipeTable pipe(boolean quick, Path home, StepOptions sizes, Place place) {
        RunPlan plan =
                plan(
                        quick,
                        home.resolve("target/benchmark"),
                        sizes,
                        StepOptions.TOGETHER,
                        sizes.sites(quick));
        RunPlan longer =
                steps == null && !quick
                        ? new RunPlan(
                                plan.texts(), plan.sites(), plan.recipes(), plan.size(), PIPE_STEPS)
                        : plan;
        Map<String, RunSpec> runs = new LinkedHashMap<>();
        runs.put("the demo's run", quick ? RunPlan.shorterDemo(QUICK_PIPE_STEPS) : Demo.spec());
        runs.put(
                "%s, %d steps".formatted(longer.title(), longer.steps()),
                longer.usualSpec("sites"));
        return new PipeTable(services(home, place), runs);
    }

    ReplicaTable replicas(boolean quick, Path home, StepOptions sizes, Place place) {
        Path folder = home.resolve("target/benchmark");
        RunPlan plan = plan(quick, folder, sizes, List.of("topK"), REPLICATED_SITES);
        return new ReplicaTable(services(home, place), plan);
    }

    /** The demo as {@code ./run} starts it; what it works on is removed by the next. */
    DemoTable demo(boolean quick, Path home, Place place) {
        Path folder = home.resolve("target/benchmark");
        RunSpec spec = quick ? Demo.spec(QUICK_DEMO_STEPS) : Demo.spec();
        Texts model =
                MeasuredModel.demo.texts(
                        folder.resolve("models"), DEMO_CONTEXTS, DEMO_CONTEXT_LENGTH);
        DemoDataset text = DemoDataset.of(home.resolve("all-in-one/launcher/target/demo-dataset"));
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.put("model", model.folder()).put("threads", place.threads());
        told.set("spec", Json.tree(spec.toJson()));
        for (Split split : Split.values()) {
            ArrayNode files = told.putArray(split == Split.TRAINING ? "training" : "heldOut");
            text.write(folder.resolve("demo-text"), split).forEach(it -> files.add(it.toString()));
        }
        int steps = spec.training().steps();
        List<String> own =
                List.of(
                        home.resolve("run").toString(),
                        "demo",
                        "--fresh",
                        "--exit",
                        "--steps=" + steps,
                        "--data=" + folder.resolve("demo"));
        return new DemoTable(own, "demo.py", told.toString(), steps);
    }

    private static Function<PrintStream, Services> services(Path home, Place place) {
        Path folder = home.resolve("target/benchmark/pipeline");
        return err -> PipelineSystem.start(home, folder, place, err);
    }

    private RunPlan plan(
            boolean quick, Path folder, StepOptions sizes, List<String> recipes, int sites) {
        MeasuredModel model = quick ? MeasuredModel.demo : MeasuredModel.pythia70m;
        StepSize size = sizes.size(quick);
        int most = Integer.MAX_VALUE / size.batchSize();
        new OptionRange(command).between("--steps", LEAST_STEPS, most, steps);
        int batchContexts = Math.ceilDiv(size.batchSize(), CONTEXT_LENGTH);
        // As many tokens are written as any part of the measurement reads.
        Texts texts =
                model.texts(
                        folder.resolve("runs"),
                        Math.max(batchContexts, EVALUATED_CONTEXTS),
                        CONTEXT_LENGTH);
        return new RunPlan(
                new Texts(texts.folder(), EVALUATED_CONTEXTS, CONTEXT_LENGTH),
                model.sites(sites),
                recipes,
                size.withWidth(model.width()),
                steps == null ? (quick ? 20 : 40) : steps);
    }
}
