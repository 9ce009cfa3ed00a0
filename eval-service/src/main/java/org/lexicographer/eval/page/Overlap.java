package org.lexicographer.eval.page;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.nearest.NearestDefinition;
import org.lexicographer.eval.nearest.NearestLatents;
import org.lexicographer.eval.page.chart.Chart;
import org.lexicographer.eval.page.chart.Histogram;
import org.lexicographer.eval.page.chart.Histogram.Bar;
import org.lexicographer.pipeline.DictionaryId;

/**
 * How far a dictionary has the latents of another.
 *
 * @param of whose latents are looked for
 * @param in where
 * @param by what they are compared by
 * @param latents how many these are
 * @param found how many have a latent with a cosine of at least {@value #CLOSE} to them
 * @param chart how large the largest cosines are
 */
public record Overlap(
        DictionaryId of,
        DictionaryId in,
        NearestDefinition by,
        int latents,
        long found,
        Chart chart) {

    /** From this cosine on two latents are called the same one. */
    public static final double CLOSE = 0.9;

    private static final int BINS = 40;

    /** Returns both directions, by the decoders where they can be compared, or by the encoders. */
    public static List<Overlap> of(NearestLatents compared) {
        DictionaryId first = compared.pair().first().dictionary();
        DictionaryId second = compared.pair().second().dictionary();
        return Stream.of(of(compared, first, second), of(compared, second, first))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Overlap> of(
            NearestLatents compared, DictionaryId dictionary, DictionaryId other) {
        return Stream.of(NearestDefinition.values())
                .flatMap(
                        measure ->
                                compared
                                        .of(dictionary, measure)
                                        .map(it -> of(measure, dictionary, other, it.largest()))
                                        .stream())
                .findFirst();
    }

    private static Overlap of(
            NearestDefinition measure, DictionaryId dictionary, DictionaryId other, double[] each) {
        String title =
                "Latents of %s by their largest %s cosine in %s"
                        .formatted(dictionary.recipe(), weights(measure), other.recipe());
        return new Overlap(
                dictionary,
                other,
                measure,
                each.length,
                Arrays.stream(each).filter(cosine -> cosine >= CLOSE).count(),
                new Histogram(title, "cosine", "latents", false).of(bars(each)));
    }

    private static String weights(NearestDefinition measure) {
        return switch (measure) {
            case DECODER -> "decoder";
            case ENCODER -> "encoder";
        };
    }

    /** Returns what they are compared by, in words. */
    public String measure() {
        return weights(by);
    }

    /** Returns how they are compared. */
    public Optional<Definition> meaning() {
        return Optional.of(by.definition());
    }

    /** Of equal width over all that a cosine can be. */
    private static List<Bar> bars(double[] each) {
        long[] counts = new long[BINS];
        for (double cosine : each) {
            counts[Math.clamp((int) Math.floor((cosine + 1) / 2 * BINS), 0, BINS - 1)]++;
        }
        return IntStream.range(0, BINS)
                .mapToObj(bin -> new Bar(edge(bin), edge(bin + 1), counts[bin]))
                .toList();
    }

    private static double edge(int bin) {
        return 2.0 * bin / BINS - 1;
    }
}
