package org.lexicographer.eval.latent.result;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.explanation.Explanation;

/**
 * Some of a dictionary's latents.
 *
 * @param latents how many the dictionary has
 * @param found how many of them the query found
 * @param page which page of these it is, from 1
 * @param pages how many pages there are
 * @param rows the latents
 */
public record LatentPage(int latents, int found, int page, int pages, List<Row> rows) {

    /** How many latents a page has. */
    public static final int SIZE = 100;

    public LatentPage {
        rows = List.copyOf(rows);
    }

    static int pages(int found) {
        return Math.ceilDiv(found, SIZE);
    }

    /**
     * A latent.
     *
     * @param latent which
     * @param firings on how many tokens it is active
     * @param density their share of all tokens
     * @param mean the mean of its values above 0; 0 when it is never active
     * @param min its smallest value above 0; 0 when it is never active
     * @param max its largest value
     * @param contexts in how many contexts it is active
     * @param tokens on which tokens it is the most active
     * @param explanation what somebody says that it stands for; empty when nobody does
     */
    public record Row(
            int latent,
            long firings,
            double density,
            double mean,
            float min,
            float max,
            int contexts,
            List<String> tokens,
            Optional<Explanation> explanation) {

        public Row {
            tokens = List.copyOf(tokens);
        }
    }
}
