package org.lexicographer.dictionary.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.Json;

/** Lineages for tests. */
public final class Lineages {

    private Lineages() {}

    /** Returns the lineage that the golden config has, with a recipe of another type. */
    public static Lineage of(String recipeType) {
        return of(recipeType, Optional.empty());
    }

    /** Returns the same with what the run's recipes share. */
    public static Lineage of(String recipeType, Optional<JsonNode> training) {
        return new Lineage(
                "demo",
                "s3://lexicographer/models/demo/",
                Optional.of("main"),
                List.of("s3://lexicographer/datasets/a.jsonl"),
                1_000_000,
                977,
                new Lineage.Seeds(1, 2),
                "0.1.0",
                Json.tree("{\"type\":\"%s\"}".formatted(recipeType).getBytes(UTF_8)),
                training,
                Optional.empty());
    }
}
