package org.lexicographer.dictionary.config;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
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
 * @param training what the run's recipes share, as written in the run spec: which tokens were
 *     trained on, among other things; empty for dictionaries older than this field
 * @param stopped why training ended before the run's last step; empty when it did not
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
        JsonNode recipe,
        Optional<JsonNode> training,
        Optional<Stopped> stopped) {

    /** Checks that nothing is absent and no count negative. */
    public Lineage {
        requireNonNull(run, "run is null");
        requireNonNull(languageModel, "languageModel is null");
        requireNonNull(revision, "revision is null");
        datasetShards = List.copyOf(datasetShards);
        requireNonNull(seeds, "seeds is null");
        requireNonNull(codeVersion, "codeVersion is null");
        requireNonNull(recipe, "recipe is null");
        training = training.filter(JsonNode::isObject);
        requireNonNull(stopped, "stopped is null");
        if (tokens < 0 || steps < 0) {
            throw new IllegalArgumentException(
                    "counts must not be negative: tokens=%d, steps=%d".formatted(tokens, steps));
        }
    }

    /** Returns the same lineage with the reason why training ended early. */
    public Lineage stoppedBy(Stopped why) {
        return new Lineage(
                run,
                languageModel,
                revision,
                datasetShards,
                tokens,
                steps,
                seeds,
                codeVersion,
                recipe,
                training,
                Optional.of(why));
    }

    /**
     * Why training ended before the run's last step.
     *
     * @param reason the kind of reason
     * @param step the steps that had been taken when it was seen; a dictionary that diverged is
     *     older than that, see {@link Lineage#steps}
     * @param message the figures that decided it
     */
    public record Stopped(Reason reason, long step, String message) {

        public Stopped {
            requireNonNull(reason, "reason is null");
            requireNonNull(message, "message is null");
        }

        /** Why training ended. */
        public enum Reason {
            /** Its loss or its weights were no longer finite, or its loss exploded. */
            DIVERGED("diverged"),
            /** It no longer got better. */
            EARLY_STOP("earlyStop"),
            /** Its activations could not be used, or its recipe broke. */
            FAILED("failed");

            private final String text;

            Reason(String text) {
                this.text = text;
            }

            /** Returns the reason as written in files. */
            @JsonValue
            public String text() {
                return text;
            }
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
