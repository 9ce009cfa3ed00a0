package org.lexicographer.eval.latent.result;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.latent.LogHistogram;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.eval.latent.result.LatentPage.Row;
import org.lexicographer.eval.latent.result.LatentRecord.TokenEffects;

/**
 * All that is known of one latent, for people to look at.
 *
 * @param statistics what it is over
 * @param figures its row in the table of all latents
 * @param logHistogram its values above 0, four bins an octave, from the first bin that holds one to
 *     the last
 * @param histogram its values above 0, 50 bins of equal width; empty when it is never active
 * @param top the contexts with its largest values, the largest first
 * @param intervals samples of the contexts whose largest value is in an interval, the lowest first
 * @param silentContexts numbers of contexts in which it is silent
 * @param decoderNeighbours the latents with the closest decoder rows, the closest first
 * @param encoderNeighbours the latents with the closest encoder columns
 * @param jaccard the latents that are active on the same tokens, by the Jaccard index
 * @param phi the same, by the phi coefficient
 * @param logitEffects what it does to the next token; empty where that is not known
 */
public record LatentDetails(
        StatisticsSummary statistics,
        Row figures,
        List<Bin> logHistogram,
        List<Bin> histogram,
        List<Example> top,
        List<Interval> intervals,
        int[] silentContexts,
        List<CloseLatent> decoderNeighbours,
        List<CloseLatent> encoderNeighbours,
        List<CloseLatent> jaccard,
        List<CloseLatent> phi,
        List<LogitEffects> logitEffects) {

    /**
     * A bin of a histogram.
     *
     * @param from the smallest value in it
     * @param to where the next one begins
     * @param count how many values are in it
     */
    public record Bin(double from, double to, long count) {}

    /**
     * An interval of a latent's values.
     *
     * @param from above that
     * @param to up to that
     * @param examples contexts whose largest value is in it
     */
    public record Interval(double from, double to, List<Example> examples) {}

    /**
     * Another latent.
     *
     * @param latent which
     * @param value how close it is
     */
    public record CloseLatent(int latent, double value) {}

    /**
     * What a latent adds to a token's logit, for each unit of its value.
     *
     * @param text the token as text
     * @param id its number in the vocabulary
     * @param value what it adds
     */
    public record Effect(String text, int id, float value) {}

    /**
     * What a latent adds to all tokens' logits.
     *
     * @param normFolded whether the final norm's weight is part of it
     * @param up the tokens that it raises most, the most first
     * @param down the tokens that it lowers most, the most first
     * @param histogram over all tokens
     */
    public record LogitEffects(
            boolean normFolded, List<Effect> up, List<Effect> down, List<Bin> histogram) {}

    /** Puts together what is stored of a latent, and what somebody says that it stands for. */
    public static LatentDetails of(
            StatisticsSummary statistics,
            LatentTable table,
            LatentRecord record,
            Optional<Explanation> explanation) {
        TokenTexts texts = table.texts();
        return new LatentDetails(
                statistics,
                table.row(record.latent(), explanation),
                logBins(record.logHistogram()),
                bins(record.smallest(), record.largest(), record.histogram()),
                examples(record, record.top(), texts),
                intervals(record, texts),
                record.silent(),
                close(record.companions().decoder()),
                close(record.companions().encoder()),
                close(record.companions().jaccard()),
                close(record.companions().phi()),
                record.logitEffects().stream().map(it -> effects(it, texts)).toList());
    }

    /** Returns what it does to the next token, with the final norm left out, if that is known. */
    public Optional<LogitEffects> plainEffects() {
        return logitEffects.stream().filter(effects -> !effects.normFolded()).findFirst();
    }

    /** Returns the examples of a group other than the silent ones. */
    static List<Example> examples(LatentRecord record, int[] places, TokenTexts texts) {
        return Arrays.stream(places)
                .mapToObj(
                        place ->
                                Example.of(
                                        record.contexts().get(place), texts, record.origin(place)))
                .toList();
    }

    private static List<Interval> intervals(LatentRecord record, TokenTexts texts) {
        List<Interval> intervals = new ArrayList<>();
        int count = record.intervals().size();
        for (int i = 0; i < count; i++) {
            intervals.add(
                    new Interval(
                            (double) record.largest() * i / count,
                            (double) record.largest() * (i + 1) / count,
                            examples(record, record.intervals().get(i), texts)));
        }
        return intervals;
    }

    private static List<Bin> logBins(LatentRecord.Bins bins) {
        return IntStream.range(bins.first(), bins.first() + bins.counts().length)
                .mapToObj(
                        bin ->
                                new Bin(
                                        LogHistogram.lower(bin),
                                        LogHistogram.lower(bin + 1),
                                        bins.counts()[bin - bins.first()]))
                .toList();
    }

    private static List<Bin> bins(float smallest, float largest, int[] counts) {
        double width = ((double) largest - smallest) / Math.max(1, counts.length);
        return IntStream.range(0, counts.length)
                .mapToObj(
                        bin ->
                                new Bin(
                                        smallest + bin * width,
                                        smallest + (bin + 1) * width,
                                        counts[bin]))
                .toList();
    }

    private static List<CloseLatent> close(CloseLatents close) {
        return IntStream.range(0, close.latents().length)
                .mapToObj(i -> new CloseLatent(close.latents()[i], close.values()[i]))
                .toList();
    }

    private static LogitEffects effects(TokenEffects stored, TokenTexts texts) {
        return new LogitEffects(
                stored.normFolded(),
                effects(stored.up(), stored.upValues(), texts),
                effects(stored.down(), stored.downValues(), texts),
                bins(stored.smallest(), stored.largest(), stored.histogram()));
    }

    private static List<Effect> effects(int[] ids, float[] values, TokenTexts texts) {
        return IntStream.range(0, ids.length)
                .mapToObj(i -> new Effect(texts.of(ids[i]), ids[i], values[i]))
                .toList();
    }
}
