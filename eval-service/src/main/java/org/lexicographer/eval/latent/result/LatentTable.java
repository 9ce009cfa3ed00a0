package org.lexicographer.eval.latent.result;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.latent.result.LatentPage.Row;

/**
 * All latents of a dictionary, a row each: what they are sorted, filtered and searched by, and
 * where the rest lies.
 *
 * @param tokens how many tokens count
 * @param firings on how many of them each latent is active, (F)
 * @param sums the sums of their values, (F)
 * @param smallest their smallest values above 0; 0 for a latent that is never active, (F)
 * @param largest their largest values, (F)
 * @param contexts in how many contexts each is active, (F)
 * @param peaks on which tokens they are the most active
 * @param recordEnds where each latent's record ends in the object of its chunk, (F)
 * @param texts the texts of all tokens of records
 */
public record LatentTable(
        long tokens,
        long[] firings,
        double[] sums,
        float[] smallest,
        float[] largest,
        int[] contexts,
        Peaks peaks,
        long[] recordEnds,
        TokenTexts texts) {

    /** How many latents' records lie in one object. */
    public static final int CHUNK = 1024;

    /** How many tokens are shown of a latent. */
    private static final int SHOWN_TOKENS = 5;

    /**
     * The tokens at which latents have the maxima of their top contexts, each token once per
     * latent, the largest maximum first.
     *
     * @param ends where each latent's end, (F)
     * @param tokens latent after latent
     */
    public record Peaks(int[] ends, int[] tokens) {

        int[] of(int latent) {
            return Arrays.copyOfRange(tokens, latent == 0 ? 0 : ends[latent - 1], ends[latent]);
        }
    }

    /** Returns the number of latents, F. */
    public int size() {
        return firings.length;
    }

    /** Returns the share of tokens on which a latent is active. */
    public double density(int latent) {
        return tokens == 0 ? 0 : (double) firings[latent] / tokens;
    }

    /** Returns the mean of a latent's values above 0; 0 when it is never active. */
    public double mean(int latent) {
        return firings[latent] == 0 ? 0 : sums[latent] / firings[latent];
    }

    /** Returns how many latents are never active. */
    public int dead() {
        return (int) Arrays.stream(firings).filter(count -> count == 0).count();
    }

    /** Returns a latent's row, with what somebody says that it stands for. */
    public Row row(int latent, Optional<Explanation> explanation) {
        List<String> shown =
                Arrays.stream(peaks.of(latent)).limit(SHOWN_TOKENS).mapToObj(texts::of).toList();
        return new Row(
                latent,
                firings[latent],
                density(latent),
                mean(latent),
                smallest[latent],
                largest[latent],
                contexts[latent],
                shown,
                explanation);
    }

    /**
     * Returns the rows of one page of those that a query asks for.
     *
     * @param explanations what latents are said to stand for, by their numbers
     */
    public LatentPage page(LatentQuery query, Map<Integer, Explanation> explanations) {
        IntFunction<Optional<Explanation>> explanation =
                latent -> Optional.ofNullable(explanations.get(latent));
        List<Integer> found =
                IntStream.range(0, size())
                        .filter(latent -> query.holds(query.sort().of(this, latent)))
                        .filter(latent -> mentions(latent, explanation.apply(latent), query.text()))
                        .boxed()
                        .sorted(order(query))
                        .toList();
        List<Row> rows =
                found.stream()
                        .skip((query.page() - 1L) * LatentPage.SIZE)
                        .limit(LatentPage.SIZE)
                        .map(latent -> row(latent, explanation.apply(latent)))
                        .toList();
        return new LatentPage(
                size(), found.size(), query.page(), LatentPage.pages(found.size()), rows);
    }

    private Comparator<Integer> order(LatentQuery query) {
        Comparator<Integer> rising =
                Comparator.comparingDouble(latent -> query.sort().of(this, latent));
        return (query.descending() ? rising.reversed() : rising)
                .thenComparing(Comparator.naturalOrder());
    }

    private boolean mentions(int latent, Optional<Explanation> explanation, String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        Stream<String> said =
                Stream.concat(
                        explanation.map(Explanation::text).stream(),
                        Arrays.stream(peaks.of(latent)).mapToObj(texts::of));
        return wanted.isEmpty()
                || said.anyMatch(it -> it.toLowerCase(Locale.ROOT).contains(wanted));
    }

    /** Returns where a latent's record begins in the object of its chunk. */
    public long recordStart(int latent) {
        return latent % CHUNK == 0 ? 0 : recordEnds[latent - 1];
    }
}
