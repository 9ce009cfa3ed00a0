package org.lexicographer.eval.latent.result;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;

/**
 * All that is known of one latent, as it is stored: a line of JSON.
 *
 * @param latent which
 * @param firings on how many tokens it is active
 * @param sum the sum of its values
 * @param smallest its smallest value above 0; 0 when it is never active
 * @param largest its largest value; 0 when it is never active
 * @param activeContexts in how many contexts it is active
 * @param logHistogram its values, see {@link org.lexicographer.eval.latent.LogHistogram}
 * @param histogram how many of its values lie in each of 50 bins from smallest to largest; empty
 *     when it is never active
 * @param contexts what it does in the contexts that were kept, by their numbers
 * @param top the places in {@code contexts} of those with the largest maxima, the largest first
 * @param intervals the places of those sampled of each interval, from the lowest on
 * @param silent numbers of contexts in which it is silent
 * @param silentTokens all tokens of each of these; empty when they are read from the text, which is
 *     small, or was written by an earlier version
 * @param origins where {@code contexts} come from and then those of {@code silent}, in that order;
 *     empty when that was not recorded
 * @param companions what it goes with
 * @param logitEffects what it does to the next token; empty where that is not known
 */
public record LatentRecord(
        int latent,
        long firings,
        double sum,
        float smallest,
        float largest,
        int activeContexts,
        Bins logHistogram,
        int[] histogram,
        List<KeptContext> contexts,
        int[] top,
        List<int[]> intervals,
        int[] silent,
        List<int[]> silentTokens,
        Optional<ContextOrigins> origins,
        Companions companions,
        List<TokenEffects> logitEffects) {

    public LatentRecord {
        requireNonNull(logHistogram, "logHistogram is null");
        requireNonNull(origins, "origins is null");
        requireNonNull(companions, "companions is null");
        contexts = List.copyOf(contexts);
        intervals = List.copyOf(intervals);
        silentTokens = silentTokens == null ? List.of() : List.copyOf(silentTokens);
        logitEffects = List.copyOf(logitEffects);
    }

    /**
     * Counts of bins that follow one another.
     *
     * @param first the number of the first
     * @param counts what they hold
     */
    public record Bins(int first, int[] counts) {}

    /**
     * A context and where the latent is active in it.
     *
     * @param number its number in the text
     * @param tokens all its tokens
     * @param positions where the latent is active, rising
     * @param values its values there
     */
    public record KeptContext(int number, int[] tokens, int[] positions, float[] values) {}

    /**
     * The latents that go with this one.
     *
     * @param decoder by the cosine of their decoder rows
     * @param encoder by that of their encoder columns
     * @param jaccard by the Jaccard index of being active
     * @param phi by the phi coefficient of being active
     */
    public record Companions(
            CloseLatents decoder, CloseLatents encoder, CloseLatents jaccard, CloseLatents phi) {

        /** A latent that goes with none. */
        public static final Companions NONE =
                new Companions(
                        CloseLatents.NONE, CloseLatents.NONE, CloseLatents.NONE, CloseLatents.NONE);
    }

    /**
     * What the latent adds to the logits of tokens, for each unit of its value.
     *
     * @param normFolded whether the final norm's weight is part of it
     * @param up the tokens that it raises most, the most first
     * @param upValues by how much
     * @param down the tokens that it lowers most, the most first
     * @param downValues by how much, below 0
     * @param smallest the smallest effect on any token
     * @param largest the largest
     * @param histogram how many tokens lie in each of 50 bins between them
     */
    public record TokenEffects(
            boolean normFolded,
            int[] up,
            float[] upValues,
            int[] down,
            float[] downValues,
            float smallest,
            float largest,
            int[] histogram) {}

    /** Returns where a kept context comes from, by its place; empty when nobody knows. */
    List<DocumentSpan> origin(int place) {
        return origins.map(all -> all.of(place)).orElse(List.of());
    }

    /** Returns where a silent context comes from, by its place; empty when nobody knows. */
    List<DocumentSpan> silentOrigin(int place) {
        return origin(contexts.size() + place);
    }

    /** Reads a line. */
    public static LatentRecord read(byte[] json) {
        return Json.read(json, LatentRecord.class);
    }

    /** Writes a line, without its end. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
