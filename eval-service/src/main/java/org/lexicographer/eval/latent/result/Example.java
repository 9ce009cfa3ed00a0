package org.lexicographer.eval.latent.result;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.eval.latent.result.LatentRecord.KeptContext;
import org.lexicographer.pipeline.stored.DocumentSpan;

/**
 * A context and what a latent does in it.
 *
 * @param context its number in the text
 * @param max the latent's largest value in it; 0 when it is silent
 * @param position where that is, the first of several
 * @param tokens all its tokens, in their order
 * @param origin the documents that the tokens are from, in their order; empty when that was not
 *     recorded
 */
public record Example(
        int context, float max, int position, List<Token> tokens, List<DocumentSpan> origin) {

    public Example {
        tokens = List.copyOf(tokens);
        origin = List.copyOf(origin);
    }

    /**
     * A token.
     *
     * @param text the token as text, with its white space
     * @param id its number in the vocabulary
     * @param value the latent's value on it; 0 when it is silent
     */
    public record Token(String text, int id, float value) {}

    static Example of(KeptContext kept, TokenTexts texts, List<DocumentSpan> origin) {
        float[] values = new float[kept.tokens().length];
        int peak = 0;
        for (int i = 0; i < kept.positions().length; i++) {
            int position = kept.positions()[i];
            values[position] = kept.values()[i];
            peak = values[position] > values[peak] ? position : peak;
        }
        List<Token> tokens = new ArrayList<>();
        for (int position = 0; position < values.length; position++) {
            int id = kept.tokens()[position];
            tokens.add(new Token(texts.of(id), id, values[position]));
        }
        return new Example(kept.number(), values[peak], peak, tokens, origin);
    }

    /** Returns a context in which the latent is silent. */
    static Example silent(int context, int[] tokens, TokenTexts texts, List<DocumentSpan> origin) {
        return of(new KeptContext(context, tokens, new int[0], new float[0]), texts, origin);
    }
}
