package org.lexicographer.pipeline.recipe.setting;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * How learning rate and penalty change; step t counts from 0.
 *
 * @param warmupSteps steps over which the learning rate rises linearly from 0, at the start and
 *     after each resampling; 0 means no warm-up
 * @param decayStart the step from which the learning rate falls towards 0, which it would reach one
 *     step after the last; empty means no decay
 * @param decay the shape of that fall
 * @param sparsityWarmupSteps steps over which the penalty's weight rises linearly from 0; 0 means
 *     none
 */
public record Schedule(
        int warmupSteps, Optional<Integer> decayStart, Decay decay, int sparsityWarmupSteps) {

    public Schedule {
        requireNonNull(decayStart, "decayStart is null");
        requireNonNull(decay, "decay is null");
    }

    /** Returns a schedule whose fall, if there is one, is linear. */
    public static Schedule linear(
            int warmupSteps, Optional<Integer> decayStart, int sparsityWarmupSteps) {
        return new Schedule(warmupSteps, decayStart, Decay.LINEAR, sparsityWarmupSteps);
    }

    /** The shapes in which a learning rate falls. */
    public enum Decay {
        /** In a straight line. */
        LINEAR,
        /** As half a period of a cosine. */
        COSINE;

        /** Returns the name as written in a run spec. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
