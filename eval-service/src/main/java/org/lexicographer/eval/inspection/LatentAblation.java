package org.lexicographer.eval.inspection;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.stored.DocumentSpan;

/**
 * What becomes of the next tokens when a latent's contribution is taken out of its top contexts.
 * Changes are differences of natural logarithms of probabilities: below 0 where the latent helps.
 *
 * @param dictionary run, site and recipe
 * @param step the number of training steps it has had
 * @param text the name of the text that the contexts are of
 * @param latent which
 * @param site where the contribution is taken out
 * @param meanChange of the tokens that follow in the text, over all places; empty where none is
 * @param up the tokens that gain most without the latent, on the mean over all places
 * @param down the tokens that lose most
 * @param contexts the top contexts, the one with the largest value first
 */
public record LatentAblation(
        DictionaryId dictionary,
        long step,
        String text,
        int latent,
        Site site,
        Optional<Double> meanChange,
        List<TokenChange> up,
        List<TokenChange> down,
        List<Context> contexts) {

    public LatentAblation {
        up = List.copyOf(up);
        down = List.copyOf(down);
        contexts = List.copyOf(contexts);
    }

    /**
     * A token of the vocabulary and what becomes of it.
     *
     * @param text the token as text
     * @param id its number
     * @param change of the logarithm of its probability
     */
    public record TokenChange(String text, int id, float change) {}

    /**
     * A context.
     *
     * @param context its number in the text
     * @param origin the documents that its tokens are from; empty when that was not recorded
     * @param places where the latent is active and a token follows, in their order
     */
    public record Context(int context, List<DocumentSpan> origin, List<Place> places) {

        public Context {
            origin = List.copyOf(origin);
            places = List.copyOf(places);
        }
    }

    /**
     * A token on which the latent is active, and the one that follows.
     *
     * @param position of the token on which it is active
     * @param token the token as text
     * @param value the latent's value on it
     * @param next the token that follows, as text
     * @param logProbability of the token that follows, by the model itself
     * @param change of that without the contribution
     */
    public record Place(
            int position,
            String token,
            float value,
            String next,
            double logProbability,
            double change) {}
}
