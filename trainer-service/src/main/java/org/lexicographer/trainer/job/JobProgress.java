package org.lexicographer.trainer.job;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.progress.RecipeProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.stage.TrainerStage;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.watch.Stop;

/** What a job says of how far its stage has come. */
final class JobProgress {

    private JobProgress() {}

    static TrainingProgress of(
            RunSpec spec,
            Site site,
            TrainerStage stage,
            double tokensPerSecond,
            StreamProgress stream) {
        Map<String, RecipeProgress> recipes = new TreeMap<>();
        Map<String, StepReport> reports = stage.reports();
        Map<String, Stop> stops = stage.stops();
        for (RecipeSpec recipe : spec.recipesAt(site)) {
            Optional<StepReport> report = Optional.ofNullable(reports.get(recipe.name()));
            Optional<Stop> stop = Optional.ofNullable(stops.get(recipe.name()));
            recipes.put(recipe.name(), recipe(report, stop));
        }
        return new TrainingProgress(
                site,
                stage.steps(),
                spec.training().steps(),
                stage.tokens(),
                tokensPerSecond,
                stream,
                recipes);
    }

    private static RecipeProgress recipe(Optional<StepReport> report, Optional<Stop> stop) {
        return new RecipeProgress(
                report.map(
                        seen ->
                                new RecipeProgress.Report(
                                        seen.reconstructionLoss(), seen.l0(), seen.deadLatents())),
                step(stop.filter(Stop::isDivergence)),
                step(stop.filter(stopped -> !stopped.isDivergence())));
    }

    private static OptionalLong step(Optional<Stop> stop) {
        return stop.stream().mapToLong(stopped -> stopped.why().step()).findFirst();
    }

    /**
     * Returns how far a stage is in its stream.
     *
     * @param lag records that wait for it, where the broker said how many
     */
    static StreamProgress of(TrainerStage stage, ActivationStream stream, OptionalLong lag) {
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
}
