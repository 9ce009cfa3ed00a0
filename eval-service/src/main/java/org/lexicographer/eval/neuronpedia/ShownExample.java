package org.lexicographer.eval.neuronpedia;

import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.Example.Token;
import org.lexicographer.eval.latent.result.LatentDetails;

/**
 * An example of a latent, as Neuronpedia shows it.
 *
 * @param tokens as text, none of them empty
 * @param values the latent's, as many
 * @param position where the largest value is
 * @param from where the interval begins that it is a sample of; {@link #TOP} for one of the largest
 * @param to where that ends
 */
record ShownExample(List<String> tokens, List<Float> values, int position, float from, float to) {

    /** Stands where an interval would begin, and makes Neuronpedia list an example as a top one. */
    static final int TOP = -1;

    /** Returns the largest examples and then those of intervals, the highest interval first. */
    static List<ShownExample> of(LatentDetails latent) {
        float largest = latent.figures().max();
        Stream<ShownExample> top = latent.top().stream().map(it -> of(it, TOP, largest));
        Stream<ShownExample> samples =
                latent.intervals().reversed().stream()
                        .flatMap(
                                interval ->
                                        interval.examples().stream()
                                                .map(
                                                        it ->
                                                                of(
                                                                        it,
                                                                        (float) interval.from(),
                                                                        (float) interval.to())));
        return Stream.concat(top, samples).toList();
    }

    private static ShownExample of(Example example, float from, float to) {
        return new ShownExample(
                example.tokens().stream().map(it -> text(it.text(), it.id())).toList(),
                example.tokens().stream().map(Token::value).toList(),
                example.position(),
                from,
                to);
    }

    /** Returns a token's text; Neuronpedia refuses one without any, whose number stands for it. */
    static String text(String text, int id) {
        return text.isEmpty() ? "<%d>".formatted(id) : text;
    }

    /** Returns what lies around the largest value, at most so many tokens. */
    ShownExample around(int most) {
        int start = Math.clamp(position - most / 2, 0, Math.max(0, tokens.size() - most));
        int end = Math.min(tokens.size(), start + most);
        return new ShownExample(
                tokens.subList(start, end), values.subList(start, end), position - start, from, to);
    }
}
