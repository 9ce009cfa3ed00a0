package org.lexicographer.dictionary;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * Where a trained dictionary comes from: enough to train it again.
 *
 * @param run the run's name
 * @param languageModel the URI of the language model's folder
 * @param revision the language model's revision, where the run named one
 * @param datasetShards the URIs of the dataset shards, in the order in which they were read
 * @param tokens the number of tokens trained on
 * @param steps the number of training steps taken
 * @param seeds the seeds of the run
 * @param codeVersion the version of the code that trained it
 * @param recipe the recipe as written in the run spec
 */
public record Lineage(
        String run,
        String languageModel,
        Optional<String> revision,
        List<String> datasetShards,
        long tokens,
        long steps,
        Seeds seeds,
        String codeVersion,
        JsonNode recipe) {

    /** Checks that nothing is absent and no count negative. */
    public Lineage {
        requireNonNull(run, "run is null");
        requireNonNull(languageModel, "languageModel is null");
        requireNonNull(revision, "revision is null");
        datasetShards = List.copyOf(datasetShards);
        requireNonNull(seeds, "seeds is null");
        requireNonNull(codeVersion, "codeVersion is null");
        requireNonNull(recipe, "recipe is null");
        if (tokens < 0 || steps < 0) {
            throw new IllegalArgumentException(
                    "counts must not be negative: tokens=%d, steps=%d".formatted(tokens, steps));
        }
    }

    /**
     * The seeds that decided the result.
     *
     * @param shuffle the seed of the shuffle buffer
     * @param recipe the seed of the initialisation and of resampling
     */
    public record Seeds(long shuffle, long recipe) {}
}
