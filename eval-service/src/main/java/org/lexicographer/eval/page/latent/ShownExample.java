package org.lexicographer.eval.page.latent;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.Example.Token;

/**
 * An example as a page shows it.
 *
 * @param context its number in the text
 * @param max the latent's largest value in it
 * @param around the tokens around that value
 * @param before whether there are tokens before these
 * @param after whether there are tokens after these
 * @param whole all its tokens
 * @param peak where the token with that value comes from; empty when that was not recorded
 * @param documents where the first token of each of its documents comes from
 */
public record ShownExample(
        int context,
        float max,
        List<Segment> around,
        boolean before,
        boolean after,
        List<Segment> whole,
        Optional<ShownOrigin> peak,
        List<ShownOrigin> documents) {

    private static final int TOKENS_BEFORE = 24;
    private static final int TOKENS_AFTER = 12;

    public ShownExample {
        around = List.copyOf(around);
        whole = List.copyOf(whole);
        documents = List.copyOf(documents);
    }

    /**
     * Shows an example.
     *
     * @param most the latent's largest value anywhere
     */
    static ShownExample of(Example example, double most) {
        List<Token> tokens = example.tokens();
        int from = Math.max(0, example.position() - TOKENS_BEFORE);
        int to = Math.min(tokens.size(), example.position() + TOKENS_AFTER + 1);
        return new ShownExample(
                example.context(),
                example.max(),
                Segment.of(tokens.subList(from, to), most),
                from > 0,
                to < tokens.size(),
                Segment.of(tokens, most),
                ShownOrigin.of(example.origin(), example.position()),
                ShownOrigin.all(example.origin()));
    }

    /** Returns the tokens around the largest value as HTML. */
    public String aroundHtml() {
        return Segment.html(around);
    }

    /** Returns all tokens as HTML. */
    public String wholeHtml() {
        return Segment.html(whole);
    }

    /** Tells whether only a part of it is shown at first. */
    public boolean isCut() {
        return before || after;
    }
}
