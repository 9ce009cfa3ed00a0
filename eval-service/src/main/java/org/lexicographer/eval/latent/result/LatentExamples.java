package org.lexicographer.eval.latent.result;

import java.util.List;
import java.util.stream.IntStream;
import org.lexicographer.eval.latent.result.ExampleGroup.Interval;
import org.lexicographer.eval.latent.result.ExampleGroup.Silent;
import org.lexicographer.eval.latent.result.ExampleGroup.Top;

/** The contexts that were kept of a latent, group by group. */
public final class LatentExamples {

    private LatentExamples() {}

    /** Reads the tokens of contexts by their numbers. */
    @FunctionalInterface
    public interface ContextTokens {

        /** Returns the tokens of each of the contexts. */
        List<int[]> of(int[] contexts);
    }

    /**
     * Returns the examples of a group.
     *
     * @param contexts is asked for those that are not in the record: the silent ones of a small
     *     text
     */
    public static List<Example> of(
            LatentRecord record, TokenTexts texts, ExampleGroup group, ContextTokens contexts) {
        return switch (group) {
            case Top() -> LatentDetails.examples(record, record.top(), texts);
            case Interval(int number) ->
                    LatentDetails.examples(record, record.intervals().get(number - 1), texts);
            case Silent() ->
                    silent(
                            record,
                            texts,
                            record.silentTokens().isEmpty()
                                    ? contexts.of(record.silent())
                                    : record.silentTokens());
        };
    }

    private static List<Example> silent(LatentRecord record, TokenTexts texts, List<int[]> tokens) {
        return IntStream.range(0, tokens.size())
                .mapToObj(
                        i ->
                                Example.silent(
                                        record.silent()[i],
                                        tokens.get(i),
                                        texts,
                                        record.silentOrigin(i)))
                .toList();
    }
}
