package org.lexicographer.eval.page;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.latent.result.DensityHistogram;
import org.lexicographer.eval.page.chart.Chart;
import org.lexicographer.eval.page.chart.Histogram;
import org.lexicographer.eval.page.chart.Histogram.Bar;
import org.lexicographer.eval.page.latent.StatisticsPlace;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * A dictionary after some step.
 *
 * @param id run, site and recipe
 * @param config what it is and where it comes from
 * @param checkpoint the checkpoint that is shown
 * @param steps the steps after which it was saved
 * @param evaluations what is known of the checkpoint, the held-out contexts first
 * @param density how often its latents are active on held-out contexts; empty until that is counted
 * @param densityMeaning what that means, if it was counted by the definition that there is now
 */
public record DictionaryPage(
        DictionaryId id,
        DictionaryConfig config,
        DictionaryCheckpoint checkpoint,
        List<Long> steps,
        List<Evaluation> evaluations,
        Optional<DensityHistogram> density,
        Optional<Definition> densityMeaning) {

    private static final Histogram DENSITIES =
            new Histogram(
                    "Density: the share of tokens on which a latent is active",
                    "log10 of the density",
                    "latents",
                    false);

    public DictionaryPage {
        steps = List.copyOf(steps);
        long shown = checkpoint.step();
        evaluations =
                evaluations.stream()
                        .filter(evaluation -> evaluation.step() == shown)
                        .sorted(
                                Comparator.comparing(
                                        evaluation ->
                                                !evaluation.text().equals(Evaluation.HELD_OUT)))
                        .toList();
    }

    /** Returns where its latents are shown. */
    public StatisticsPlace latents() {
        boolean isLast = checkpoint.step() == steps.getLast();
        return new StatisticsPlace(id, checkpoint.step(), isLast, Evaluation.HELD_OUT);
    }

    /** Returns where its latents are handed out in a format. */
    public String export(String format) {
        return "/dictionaries/%s/latents/export?format=%s&step=%d"
                .formatted(id, format, checkpoint.step());
    }

    /** Returns how many latents are active how often. */
    public Optional<Chart> densities() {
        return density.map(
                counted ->
                        DENSITIES.of(
                                counted.bins().stream()
                                        .map(bin -> new Bar(bin.from(), bin.to(), bin.count()))
                                        .toList()));
    }

    /** Returns the figures, a line per metric and a value per evaluation. */
    public List<MetricLine> metrics() {
        return MetricLine.of(evaluations);
    }
}
