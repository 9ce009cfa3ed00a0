package org.lexicographer.pipeline.recipe.setting;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.lexicographer.pipeline.schema.Rules;

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
 * @param window the number of last steps over which the penalties are compared
 */
public record NormAnneal(
        Function function,
        int start,
        int end,
        double pStart,
        double pEnd,
        int updates,
        int window) {

    private static final String OUT_OF_RANGE = "out of range";

    public NormAnneal {
        requireNonNull(function, "function is null");
    }

    /**
     * Puts in the default of a recipe's {@code anneal.end}. In dictionary_learning the last update
     * lies one step after the last.
     */
    public static void complete(ObjectNode recipe, int steps) {
        int end =
                switch (Compatibility.of(recipe)) {
                    case PAPER -> Math.max(1, steps - 1);
                    case DICTIONARY_LEARNING -> steps;
                };
        recipe.withObject("/anneal").putIfAbsent("end", IntNode.valueOf(end));
    }

    /**
     * Checks the rules that go across fields.
     *
     * @param rules takes the errors; its fields are those of this object
     */
    public void check(Rules rules) {
        // An end that the recipe leaves out follows from the run's steps.
        boolean isEndSound = rules.sound("end") && rules.ofDocument().sound("training.steps");
        if (isEndSound && rules.sound("start")) {
            rules.that("end", end > start, OUT_OF_RANGE, "above start=" + start, end);
            rules.that(
                    "updates",
                    updates <= end - start + 1L,
                    "more updates than steps",
                    "at most " + (end - start + 1),
                    updates);
        }
        checkExponents(rules);
    }

    private void checkExponents(Rules rules) {
        String needed = "above 0 where the function is lp, which takes 1/p";
        if (rules.sound("function", "pEnd")) {
            rules.that("pEnd", function != Function.LP || pEnd > 0, OUT_OF_RANGE, needed, pEnd);
        }
        if (rules.sound("function", "pStart")) {
            rules.that(
                    "pStart", function != Function.LP || pStart > 0, OUT_OF_RANGE, needed, pStart);
        }
        if (rules.sound("updates", "pStart", "pEnd")) {
            rules.that(
                    "updates",
                    updates >= 2 || pEnd == pStart,
                    "too few updates to reach another p",
                    "at least 2",
                    updates);
        }
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
    }
}
