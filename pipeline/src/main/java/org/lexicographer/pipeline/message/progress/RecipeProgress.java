package org.lexicographer.pipeline.message.progress;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.lexicographer.pipeline.Checks;

/**
 * What is known of one recipe's training.
 *
 * @param report what its last reported step saw, if there was one
 * @param divergedAtStep the step at which its loss went bad, if it did
 * @param stoppedAtStep the step at which it was stopped early, if it was
 */
public record RecipeProgress(
        Optional<Report> report, OptionalLong divergedAtStep, OptionalLong stoppedAtStep) {

    /**
     * What one step saw.
     *
     * @param loss the reconstruction loss
     * @param l0 the mean number of active latents
     * @param deadLatents the number of dead latents
     */
    public record Report(double loss, double l0, long deadLatents) {}

    public RecipeProgress {
        new Checks()
                .present("report", report)
                .present("divergedAtStep", divergedAtStep)
                .present("stoppedAtStep", stoppedAtStep)
                .end();
    }

    void addTo(Figures figures, String recipe) {
        report.ifPresent(
                seen ->
                        figures.with(Figure.LOSS, recipe, seen.loss())
                                .with(Figure.L0, recipe, seen.l0())
                                .with(Figure.DEAD_LATENTS, recipe, seen.deadLatents()));
        divergedAtStep.ifPresent(step -> figures.with(Figure.DIVERGED_AT_STEP, recipe, step));
        stoppedAtStep.ifPresent(step -> figures.with(Figure.STOPPED_AT_STEP, recipe, step));
    }

    static Map<String, RecipeProgress> readAll(Figures figures) {
        Map<String, RecipeProgress> recipes = new TreeMap<>();
        figures.names(
                        Figure.LOSS,
                        Figure.L0,
                        Figure.DEAD_LATENTS,
                        Figure.DIVERGED_AT_STEP,
                        Figure.STOPPED_AT_STEP)
                .forEach(name -> recipes.put(name, read(figures, name)));
        return recipes;
    }

    private static RecipeProgress read(Figures figures, String name) {
        Optional<Report> report =
                figures.has(Figure.LOSS, name)
                        ? Optional.of(
                                new Report(
                                        figures.number(Figure.LOSS, name),
                                        figures.number(Figure.L0, name),
                                        (long) figures.number(Figure.DEAD_LATENTS, name)))
                        : Optional.empty();
        return new RecipeProgress(
                report,
                step(figures, Figure.DIVERGED_AT_STEP, name),
                step(figures, Figure.STOPPED_AT_STEP, name));
    }

    private static OptionalLong step(Figures figures, Figure figure, String name) {
        return figures.has(figure, name)
                ? OptionalLong.of((long) figures.number(figure, name))
                : OptionalLong.empty();
    }
}
