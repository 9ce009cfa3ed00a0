package org.lexicographer.pipeline;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Settings of the post's recipe: ReLU encoder, unit-norm decoder columns, L1 or entropy penalty.
 *
 * @param name the recipe's name within its run
 * @param sites where to train; empty means every site of the run
 * @param reconstructs the kind of site to reconstruct; empty means the site that is read
 * @param dictionarySize the number of latents, F
 * @param seed the seed of the initialisation and of resampling
 * @param learningRate Adam's step size after warm-up
 * @param schedule how learning rate and penalty change over the steps
 * @param reconstructionLoss what the squared error is summed and averaged over
 * @param penalty which sparsity penalty is added to the reconstruction loss
 * @param sparsityPenalty the penalty's weight
 * @param resampling how dead latents are given a new start; empty means never
 */
public record StandardRecipeSpec(
        String name,
        List<Site> sites,
        Optional<Site.Kind> reconstructs,
        int dictionarySize,
        long seed,
        double learningRate,
        Schedule schedule,
        ReconstructionLoss reconstructionLoss,
        Penalty penalty,
        double sparsityPenalty,
        Optional<Resampling> resampling)
        implements RecipeSpec {

    /** The type's name in a run spec. */
    public static final String TYPE = "standard";

    /** Checks that nothing is absent. */
    public StandardRecipeSpec {
        requireNonNull(name, "name is null");
        sites = List.copyOf(sites);
        requireNonNull(reconstructs, "reconstructs is null");
        requireNonNull(schedule, "schedule is null");
        requireNonNull(reconstructionLoss, "reconstructionLoss is null");
        requireNonNull(penalty, "penalty is null");
        requireNonNull(resampling, "resampling is null");
    }

    @Override
    @JsonProperty("type")
    public String type() {
        return TYPE;
    }

    /** What the squared error is summed and averaged over. */
    public enum ReconstructionLoss {
        /** Sum over the activation's dimensions, mean over the batch: dictionary_learning 0.1. */
        SUM,
        /** Mean over the batch and the dimensions: the post. */
        MEAN;

        /** Returns the name as written in a run spec. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The sparsity penalties of the post. */
    public enum Penalty {
        /** The mean L1 norm of the latents. */
        L1,
        /** The mean entropy of the latents, normalised to sum 1. */
        ENTROPY;

        /** Returns the name as written in a run spec. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How learning rate and penalty change; step t counts from 0.
     *
     * @param warmupSteps steps over which the learning rate rises linearly from 0, at the start and
     *     after each resampling; 0 means no warm-up
     * @param decayStart the step from which the learning rate falls linearly to 0 at the last step;
     *     empty means no decay
     * @param sparsityWarmupSteps steps over which the penalty's weight rises linearly from 0; 0
     *     means none
     */
    public record Schedule(int warmupSteps, Optional<Integer> decayStart, int sparsityWarmupSteps) {

        /** Checks that nothing is absent. */
        public Schedule {
            requireNonNull(decayStart, "decayStart is null");
        }
    }

    /**
     * How dead latents are given a new start.
     *
     * @param steps the period R: latents are resampled at every R-th step
     * @param scheme which of the two published schemes is followed
     */
    public record Resampling(int steps, Scheme scheme) {

        /** Checks that nothing is absent. */
        public Resampling {
            requireNonNull(scheme, "scheme is null");
        }

        /** The published resampling schemes. */
        public enum Scheme {
            /** The post's: encoder rows become 0.2 times the mean encoder row of the living. */
            POST("post"),
            /** dictionary_learning 0.1's: encoder rows become scaled copies of the activation. */
            DICTIONARY_LEARNING("dictionary_learning");

            private final String text;

            Scheme(String text) {
                this.text = text;
            }

            /** Returns the name as written in a run spec. */
            @JsonValue
            public String text() {
                return text;
            }

            /** Reads a name as written in a run spec. */
            @JsonCreator
            public static Scheme parse(String text) {
                for (Scheme scheme : values()) {
                    if (scheme.text.equals(text)) {
                        return scheme;
                    }
                }
                throw new IllegalArgumentException(
                        "unknown resampling scheme: expected=post|dictionary_learning, found="
                                + text);
            }
        }
    }
}
