package org.lexicographer.trainer.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.RecipeProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.trainer.stage.TrainerStage;
import org.lexicographer.trainer.stage.TrainerStage.Advance;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.watch.Stop;

/** Says how far a job has come, and why it does not continue. For use by one thread at a time. */
final class JobProgress {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final TrainerOutput output;
    private final RunSpec spec;
    private final Site site;
    private final ReportTimer timer = new ReportTimer(INTERVAL);
    private TrainingProgress reached;

    JobProgress(TrainerOutput output, RunSpec spec, Site site) {
        this.output = output;
        this.spec = spec;
        this.site = site;
        reached = TrainingProgress.start(site, spec.training().steps());
    }

    /** Tells whether it is time to report again. */
    boolean isDue() {
        return timer.isDue();
    }

    /**
     * Says how far the job has come.
     *
     * @param lag records that wait for it, where the broker said how many
     */
    void reached(TrainerStage stage, ActivationStream stream, OptionalLong lag, Advance advance) {
        reached =
                new TrainingProgress(
                        site,
                        stage.steps(),
                        spec.training().steps(),
                        stage.tokens(),
                        timer.perSecond(stage.tokens()),
                        position(stage, stream, lag),
                        recipes(stage));
        output.reported(spec.run(), site, stage.reports());
        switch (advance) {
            case STEPPED -> say(State.RUNNING, message(stage, Optional.empty()));
            case WAITING -> {
                String block = "waits for block " + stream.nextSequence();
                say(State.WAITING, message(stage, Optional.of(block)));
            }
            case FINISHED -> say(State.ENDED, message(stage, ending(stage)));
        }
    }

    private Map<String, RecipeProgress> recipes(TrainerStage stage) {
        Map<String, RecipeProgress> recipes = new TreeMap<>();
        Map<String, CurvePoint> reports = stage.reports();
        Map<String, Stop> stops = stage.stops();
        for (RecipeSpec recipe : spec.recipesAt(site)) {
            Optional<CurvePoint> report = Optional.ofNullable(reports.get(recipe.name()));
            Optional<Stop> stop = Optional.ofNullable(stops.get(recipe.name()));
            recipes.put(recipe.name(), recipe(report, stop));
        }
        return recipes;
    }

    private static RecipeProgress recipe(Optional<CurvePoint> report, Optional<Stop> stop) {
        return new RecipeProgress(
                report.map(
                        seen ->
                                new RecipeProgress.Report(
                                        seen.reconstruction(), seen.l0(), seen.deadLatents())),
                step(stop.filter(Stop::isDivergence)),
                step(stop.filter(stopped -> !stopped.isDivergence())));
    }

    private static OptionalLong step(Optional<Stop> stop) {
        return stop.stream().mapToLong(stopped -> stopped.why().step()).findFirst();
    }

    private static StreamProgress position(
            TrainerStage stage, ActivationStream stream, OptionalLong lag) {
        OptionalLong lagBytes =
                stream.meanRecordBytes().isPresent() && lag.isPresent()
                        ? OptionalLong.of(
                                Math.round(
                                        stream.meanRecordBytes().getAsDouble() * lag.getAsLong()))
                        : OptionalLong.empty();
        return new StreamProgress(
                stream.nextSequence(),
                lag,
                lagBytes,
                stage.leftOut().excluded(),
                stage.leftOut().highNorm());
    }

    /** Whatever else there is to say, a reader of the last message learns what has stopped. */
    private static Optional<String> message(TrainerStage stage, Optional<String> first) {
        List<String> parts = new ArrayList<>(first.stream().toList());
        stage.stops().forEach((recipe, stopped) -> parts.add(recipe + " " + stopped.text()));
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
    }

    private Optional<String> ending(TrainerStage stage) {
        boolean allStopped = stage.stops().size() == spec.recipesAt(site).size();
        return stage.steps() == spec.training().steps() || allStopped
                ? Optional.empty()
                : Optional.of(
                        "the dataset ended before the last step: steps=%d, taken=%d"
                                .formatted(spec.training().steps(), stage.steps()));
    }

    /** Says that the job has ended and will be started again. */
    void crashed(Throwable cause) {
        say(State.WAITING, Optional.of("tries again: " + cause.getMessage()));
        output.retried();
    }

    /**
     * Says that the job cannot continue.
     *
     * @param lostBlock the number of the block that cannot be had any more, if there is one
     * @return what that means for the run
     */
    RunFailure failed(Throwable cause, OptionalLong lostBlock) {
        String reason = Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
        RunProgress said =
                new RunProgress(spec.run(), reached, State.FAILED, Optional.of(reason), lostBlock);
        output.progress(said);
        return RunFailure.of(said).orElseThrow();
    }

    private void say(State state, Optional<String> message) {
        output.progress(new RunProgress(spec.run(), reached, state, message, OptionalLong.empty()));
    }
}
