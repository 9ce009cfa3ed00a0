package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A type of recipe. Its fields, their bounds and the defaults that depend on nothing are in the
 * part of the run spec's schema that bears its name.
 *
 * @param name the name in a run spec
 * @param spec the settings of its recipes
 * @param completion fills in the defaults that depend on other fields
 */
public record RecipeType(
        @JsonValue String name, Class<? extends RecipeSpec> spec, Completion completion) {

    public RecipeType {
        requireNonNull(name, "name is null");
        requireNonNull(spec, "spec is null");
        requireNonNull(completion, "completion is null");
    }

    /** Creates a type without defaults that depend on other fields. */
    RecipeType(String name, Class<? extends RecipeSpec> spec) {
        this(name, spec, (recipe, steps) -> {});
    }

    /** Fills in defaults that depend on other fields. */
    @FunctionalInterface
    public interface Completion {

        /**
         * Puts the defaults in where the recipe does not say otherwise.
         *
         * @param recipe the recipe, valid, with all defaults that depend on nothing
         * @param steps the run's training steps
         */
        void complete(ObjectNode recipe, int steps);
    }

    @Override
    public String toString() {
        return name;
    }
}
