package org.lexicographer.eval.nearest;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.eval.latent.result.LatentDetails.CloseLatent;
import org.lexicographer.eval.store.Reads;
import org.lexicographer.pipeline.DictionaryId;

/**
 * What comes nearest to one latent in the other dictionaries of its run at the site.
 *
 * @param dictionary the latent's dictionary
 * @param step the number of training steps it has had
 * @param latent which latent
 * @param definitions the versions of the {@link NearestDefinition}s, by name
 * @param others the other dictionaries that it was compared with, by name
 */
public record OtherDictionaries(
        DictionaryId dictionary,
        long step,
        int latent,
        Map<String, Integer> definitions,
        List<Nearest> others) {

    public OtherDictionaries {
        requireNonNull(dictionary, "dictionary is null");
        definitions = new TreeMap<>(definitions);
        others = List.copyOf(others);
    }

    /**
     * Another dictionary.
     *
     * @param dictionary which
     * @param step the number of training steps it has had
     * @param decoder its latents with the nearest decoder rows, the nearest first; empty when it
     *     reconstructs another site
     * @param encoder its latents with the nearest encoder columns
     * @param failure why the two cannot be compared; empty when they were
     */
    public record Nearest(
            DictionaryId dictionary,
            long step,
            List<CloseLatent> decoder,
            List<CloseLatent> encoder,
            Optional<String> failure) {}

    static Nearest nearest(StoredPair found, DictionaryId dictionary, int latent) {
        DictionaryPair.Member other = found.pair().otherThan(dictionary);
        try (Reads reads = new Reads()) {
            Supplier<List<CloseLatent>> encoder =
                    reads.begin(() -> close(found, dictionary, NearestDefinition.ENCODER, latent));
            return new Nearest(
                    other.dictionary(),
                    other.step(),
                    close(found, dictionary, NearestDefinition.DECODER, latent),
                    encoder.get(),
                    found.failure());
        }
    }

    private static List<CloseLatent> close(
            StoredPair found, DictionaryId dictionary, NearestDefinition measure, int latent) {
        return found.of(dictionary, measure, latent)
                .map(OtherDictionaries::close)
                .orElseGet(List::of);
    }

    private static List<CloseLatent> close(CloseLatents close) {
        return IntStream.range(0, close.latents().length)
                .mapToObj(i -> new CloseLatent(close.latents()[i], close.values()[i]))
                .toList();
    }
}
