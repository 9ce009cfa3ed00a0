package org.lexicographer.pipeline.recipe.setting;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/**
 * How the exponent p of a sparsity penalty falls. At each of {@code updates} steps, evenly spaced
 * from {@code start} to {@code end}, p takes the next of as many evenly spaced values from {@code
 * pStart} to {@code pEnd}, and the penalty's weight is adapted so that the penalty of the last
 * {@code window} steps would have been the same.
 *
 * @param function what is made of the latents' p-th powers
 * @param start the first step at which p is updated
 * @param end the last such step; at or after the number of training steps the last value is never
 *     reached
 * @param pStart the exponent until the first update
 * @param pEnd the exponent from the last update on
 * @param updates the number of updates
 * @param window over how many of the last steps the penalties are compared
 */
public record NormAnneal(
        Function function,
        int start,
        int end,
        double pStart,
        double pEnd,
        int updates,
        int window) {

    /** Checks that nothing is absent. */
    public NormAnneal {
        requireNonNull(function, "function is null");
    }

    /** What is made of the latents' p-th powers. */
    public enum Function {
        /** The mean over the batch of (sum f^p)^(1/p). */
        LP("lp"),
        /** The mean over the batch of sum f^p. */
        LP_TO_P("lp^p");

        private final String text;

        Function(String text) {
            this.text = text;
        }

        /** Returns the name as written in a run spec. */
        @JsonValue
        public String text() {
            return text;
        }

        /**
         * Reads a name as written in a run spec.
         *
         * @throws IllegalArgumentException naming those there are when it is none of them
         */
        public static Function parse(String text) {
            return Arrays.stream(values())
                    .filter(function -> function.text.equals(text))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "unknown function: expected=lp|lp^p, found=" + text));
        }
    }
}
