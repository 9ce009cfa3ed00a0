package org.lexicographer.pipeline.recipe.setting;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import org.lexicographer.pipeline.Json;

/** Whose reading of a recipe is followed where the paper and dictionary_learning differ. */
public enum Compatibility {
    /** The paper that a recipe is from. */
    PAPER("paper"),
    /** dictionary_learning 0.1, step by step. */
    DICTIONARY_LEARNING("dictionary_learning-0.1");

    private final String text;

    Compatibility(String text) {
        this.text = text;
    }

    /** Returns the name as written in a run spec. */
    @JsonValue
    public String text() {
        return text;
    }

    /** Returns whose reading a recipe, as JSON, follows. */
    public static Compatibility of(JsonNode recipe) {
        return Json.bind(recipe.path("compatibility"), Compatibility.class);
    }
}
