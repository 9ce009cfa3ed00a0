package org.lexicographer.eval.latent.result;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lexicographer.eval.definition.Defined;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.pipeline.DictionaryId;

/**
 * What statistics of a dictionary's latents are over. It is stored when all else is, and makes them
 * visible.
 *
 * @param dictionary run, site and recipe
 * @param step the number of training steps it has had
 * @param text the name of the text
 * @param digest what the names of the other files end with: the same for the same statistics only
 * @param contexts how many contexts were read
 * @param contextLength tokens per context, T
 * @param tokens how many tokens count
 * @param uncountedTokens how many special tokens were left out
 * @param coActivationTokens on how many of the tokens, the first, co-activation was counted
 * @param seed what the samples depend on
 * @param dictionarySize the number of latents, F
 * @param dead how many are never active
 * @param contextsKey where the contexts lie, in the order of their numbers
 * @param definitions the versions of the {@link StatisticsDefinition}s, by name
 * @param warning what to keep in mind; empty when there is nothing
 */
public record StatisticsSummary(
        DictionaryId dictionary,
        long step,
        String text,
        String digest,
        int contexts,
        int contextLength,
        long tokens,
        long uncountedTokens,
        long coActivationTokens,
        long seed,
        int dictionarySize,
        int dead,
        String contextsKey,
        Map<String, Integer> definitions,
        Optional<String> warning) {

    /** Fewer tokens than that say little about latents that are seldom active. */
    private static final long ENOUGH_TOKENS = 1_000_000;

    /** So many tokens are read at once for a few of their contexts: 4 MiB. */
    private static final long SMALL_TOKENS = 1L << 20;

    public StatisticsSummary {
        requireNonNull(dictionary, "dictionary is null");
        requireNonNull(text, "text is null");
        requireNonNull(digest, "digest is null");
        requireNonNull(contextsKey, "contextsKey is null");
        requireNonNull(warning, "warning is null");
        definitions = new TreeMap<>(definitions);
    }

    /**
     * Tells whether a text is so small that all of it is read at once for a few contexts. Records
     * of latents repeat those of larger ones.
     */
    public static boolean isSmall(int contexts, int contextLength) {
        return (long) contexts * contextLength <= SMALL_TOKENS;
    }

    /** Returns the versions of all definitions there are now. */
    public static Map<String, Integer> currentDefinitions() {
        return Defined.versions(StatisticsDefinition.values());
    }

    /** Returns what a figure means, if it was computed by the definition that there is now. */
    public Optional<Definition> meaning(StatisticsDefinition figure) {
        return Optional.of(figure.definition())
                .filter(now -> Integer.valueOf(now.version()).equals(definitions.get(now.id())));
    }

    /**
     * Returns what to keep in mind of statistics.
     *
     * @param tokens over how many tokens they are
     * @param shortfall what is missing of the text that was meant
     */
    public static Optional<String> warning(long tokens, Optional<String> shortfall) {
        Optional<String> few =
                Optional.of(
                                "few tokens: expected=at least %d, found=%d; a latent with a"
                                                .formatted(ENOUGH_TOKENS, tokens)
                                        + " density below 10 / tokens has hardly been seen")
                        .filter(_ -> tokens < ENOUGH_TOKENS);
        return Stream.concat(shortfall.stream(), few.stream())
                .reduce((one, other) -> one + "; " + other);
    }
}
