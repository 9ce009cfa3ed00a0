package org.lexicographer.pipeline.recipe.setting;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How dead latents are given a new start.
 *
 * @param steps the period R: latents are resampled at every R-th step
 * @param scheme which of the two published schemes is followed
 */
public record Resampling(int steps, Scheme scheme) {

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
    }
}
