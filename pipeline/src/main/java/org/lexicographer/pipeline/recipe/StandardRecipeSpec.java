package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.lexicographer.pipeline.recipe.setting.GhostGradients;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.schema.Rules;

/**
 * Settings of the post's recipe: ReLU encoder, unit-norm decoder columns, L1 or entropy penalty.
 *
 * @param basics what every recipe states
 * @param reconstructionLoss what the squared error is summed and averaged over
 * @param penalty which sparsity penalty is added to the reconstruction loss
 * @param sparsityPenalty the penalty's weight
 * @param resampling how dead latents are given a new start; empty means never
 * @param ghostGradients how dead latents are pulled towards the reconstruction error; empty means
 *     not at all
 */
public record StandardRecipeSpec(
        @JsonUnwrapped RecipeBasics basics,
        ReconstructionLoss reconstructionLoss,
        Penalty penalty,
        double sparsityPenalty,
        Optional<Resampling> resampling,
        Optional<GhostGradients> ghostGradients)
        implements RecipeSpec {

    /** The type of these recipes. */
    public static final RecipeType TYPE = new RecipeType("standard", StandardRecipeSpec.class);

    public StandardRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(reconstructionLoss, "reconstructionLoss is null");
        requireNonNull(penalty, "penalty is null");
        requireNonNull(resampling, "resampling is null");
        requireNonNull(ghostGradients, "ghostGradients is null");
    }

    @Override
    public void check(int steps, Rules rules) {
        if (rules.sound("resampling", "ghostGradients")) {
            rules.that(
                    "ghostGradients",
                    ghostGradients.isEmpty() || resampling.isEmpty(),
                    "ghost gradients and resampling exclude each other, both revive dead latents",
                    "one of the two",
                    "both");
        }
    }

    @Override
    public RecipeType type() {
        return TYPE;
    }

    @Override
    public OptionalDouble squaredErrorFactor(int outputDim) {
        return OptionalDouble.of(
                switch (reconstructionLoss) {
                    case SUM -> 1;
                    case MEAN -> outputDim;
                });
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
}
