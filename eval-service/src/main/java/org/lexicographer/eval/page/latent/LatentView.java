package org.lexicographer.eval.page.latent;

import static org.lexicographer.eval.page.chart.Numbers.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.LatentDetails.Bin;
import org.lexicographer.eval.latent.result.LatentDetails.CloseLatent;
import org.lexicographer.eval.latent.result.LatentDetails.Effect;
import org.lexicographer.eval.latent.result.LatentDetails.Interval;
import org.lexicographer.eval.latent.result.LatentDetails.LogitEffects;
import org.lexicographer.eval.latent.result.StatisticsDefinition;
import org.lexicographer.eval.nearest.NearestDefinition;
import org.lexicographer.eval.nearest.OtherDictionaries;
import org.lexicographer.eval.nearest.OtherDictionaries.Nearest;
import org.lexicographer.eval.page.chart.Chart;
import org.lexicographer.eval.page.chart.Histogram;
import org.lexicographer.eval.page.chart.Histogram.Bar;

/**
 * One latent.
 *
 * @param at which statistics are shown
 * @param details what is known of it
 * @param nearest what comes nearest to it in the run's other dictionaries
 * @param explanation what somebody says that it stands for
 */
public record LatentView(
        StatisticsPlace at,
        LatentDetails details,
        OtherDictionaries nearest,
        ExplanationView explanation) {

    private static final Histogram VALUES =
            new Histogram("Values above 0, in equal steps", "value", "tokens", false);
    private static final Histogram LOG_VALUES =
            new Histogram("Values above 0, in equal ratios", "value", "tokens", true);
    private static final Histogram EFFECTS =
            new Histogram("Effects on all tokens", "effect on the logit", "tokens", false);

    /** A single value has a bar of this share of its size on both sides. */
    private static final double HALF_A_BAR = 0.01;

    /**
     * Examples for one reason.
     *
     * @param title the reason
     * @param meaning how they were chosen
     * @param examples the examples
     */
    public record Group(String title, Optional<Definition> meaning, List<ShownExample> examples) {}

    /**
     * Latents that are close to this one in some sense.
     *
     * @param title in which sense
     * @param measure what says how close
     * @param meaning how that is computed
     * @param latents the latents, the closest first
     */
    public record Neighbours(
            String title,
            String measure,
            Optional<Definition> meaning,
            List<CloseLatent> latents) {}

    /** Returns what a figure means, if it was computed by the definition that there is now. */
    public Optional<Definition> meaning(String figure) {
        return meaningOf(StatisticsDefinition.valueOf(figure));
    }

    private Optional<Definition> meaningOf(StatisticsDefinition figure) {
        return details.statistics().meaning(figure);
    }

    /** Returns by what the nearest latents of other dictionaries are found. */
    public Optional<Definition> nearestBy(String weights) {
        return Optional.of(NearestDefinition.valueOf(weights).definition());
    }

    /** Tells whether it is never active in this text. */
    public boolean isDead() {
        return details.figures().firings() == 0;
    }

    /** Returns its number. */
    public int number() {
        return details.figures().latent();
    }

    /** Returns the number of the latent before, if there is one. */
    public Optional<Integer> before() {
        return Optional.of(number() - 1).filter(number -> number >= 0);
    }

    /** Returns the number of the latent after, if there is one. */
    public Optional<Integer> after() {
        return Optional.of(number() + 1)
                .filter(number -> number < details.statistics().dictionarySize());
    }

    /** Returns its examples, those of its largest values first. */
    public List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        groups.add(
                new Group(
                        "Largest values",
                        meaningOf(StatisticsDefinition.TOP),
                        shown(details.top())));
        for (Interval interval : details.intervals().reversed()) {
            String title =
                    "Sample of largest values in (%s, %s]"
                            .formatted(figure(interval.from()), figure(interval.to()));
            groups.add(
                    new Group(
                            title,
                            meaningOf(StatisticsDefinition.INTERVALS),
                            shown(interval.examples())));
        }
        return groups.stream().filter(group -> !group.examples.isEmpty()).toList();
    }

    private List<ShownExample> shown(List<Example> examples) {
        double most = details.figures().max();
        return examples.stream().map(it -> ShownExample.of(it, most)).toList();
    }

    /** Returns the other latents that are close to it. */
    public List<Neighbours> neighbours() {
        return List.of(
                new Neighbours(
                        "Decoder",
                        "cosine",
                        meaningOf(StatisticsDefinition.DECODER_NEIGHBOURS),
                        details.decoderNeighbours()),
                new Neighbours(
                        "Encoder",
                        "cosine",
                        meaningOf(StatisticsDefinition.ENCODER_NEIGHBOURS),
                        details.encoderNeighbours()),
                new Neighbours(
                        "Active together",
                        "Jaccard",
                        meaningOf(StatisticsDefinition.JACCARD),
                        details.jaccard()),
                new Neighbours(
                        "Correlated", "phi", meaningOf(StatisticsDefinition.PHI), details.phi()));
    }

    /** Returns the address of a latent of another dictionary. */
    public String latentOf(Nearest other, int latent) {
        return "/pages/dictionaries/%s/latents/%d".formatted(other.dictionary(), latent);
    }

    /** Returns how its values are spread. */
    public List<Chart> values() {
        return List.of(VALUES.of(bars(details.histogram())), LOG_VALUES.of(logBars()));
    }

    /** Returns a token of an effect as it is read. */
    public String visible(Effect effect) {
        return ShownToken.visible(effect.text());
    }

    /** Returns how its effects on the logits of all tokens are spread. */
    public Chart spread(LogitEffects effects) {
        return EFFECTS.of(bars(effects.histogram()));
    }

    private List<Bar> logBars() {
        return details.logHistogram().stream()
                .filter(bin -> bin.from() > 0)
                .map(bin -> new Bar(bin.from(), bin.to(), bin.count()))
                .toList();
    }

    /** When all values are the same, all bins have the same bounds. */
    private static List<Bar> bars(List<Bin> bins) {
        if (!bins.isEmpty() && !(bins.getFirst().from() < bins.getLast().to())) {
            double value = bins.getFirst().from();
            double half = Math.max(HALF_A_BAR * Math.abs(value), Float.MIN_NORMAL);
            long count = bins.stream().mapToLong(Bin::count).sum();
            return List.of(new Bar(value - half, value + half, count));
        }
        return bins.stream().map(bin -> new Bar(bin.from(), bin.to(), bin.count())).toList();
    }
}
