package org.lexicographer.trainer.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.StandardRecipeSpec;
import org.lexicographer.pipeline.StandardRecipeSpec.Penalty;
import org.lexicographer.pipeline.StandardRecipeSpec.ReconstructionLoss;
import org.lexicographer.pipeline.StandardRecipeSpec.Resampling;
import org.lexicographer.pipeline.StandardRecipeSpec.Schedule;

/**
 * What {@code reference.json} says about how a reference was trained.
 *
 * <p>There are two layouts: the post's training loop with its arguments at the top, and
 * dictionary_learning's with {@code constructor_arguments} and the trainer's class in {@code
 * config.json}. What is missing there has the trainer's default.
 *
 * @param spec the settings as one of our recipes
 * @param steps the total number of training steps
 * @param origin who trained it, for people to read
 */
record ReferenceSettings(StandardRecipeSpec spec, int steps, String origin) {

    private static final String STANDARD_TRAINER = "StandardTrainer";
    private static final int DEFAULT_WARMUP = 1000;
    private static final int DEFAULT_SPARSITY_WARMUP = 2000;
    private static final double DEFAULT_LEARNING_RATE = 1e-3;
    private static final double DEFAULT_PENALTY = 1e-1;

    static ReferenceSettings read(Path folder, int dictionarySize) throws IOException {
        JsonNode reference = Json.tree(Files.readAllBytes(folder.resolve("reference.json")));
        if (reference.has("constructor_arguments")) {
            checkTrainer(folder);
            return trainer(reference.get("constructor_arguments"), dictionarySize);
        }
        return post(reference, dictionarySize);
    }

    private static void checkTrainer(Path folder) throws IOException {
        JsonNode config = Json.tree(Files.readAllBytes(folder.resolve("config.json")));
        String trainer = config.path("trainer").path("trainer_class").asText("");
        if (!trainer.equals(STANDARD_TRAINER)) {
            throw new IllegalArgumentException(
                    "recipe not supported: expected=%s, found=%s"
                            .formatted(STANDARD_TRAINER, trainer));
        }
    }

    private static ReferenceSettings trainer(JsonNode arguments, int dictionarySize) {
        Schedule schedule =
                new Schedule(
                        integer(arguments, "warmup_steps").orElse(DEFAULT_WARMUP),
                        integer(arguments, "decay_start"),
                        arguments.has("sparsity_warmup_steps")
                                ? integer(arguments, "sparsity_warmup_steps").orElse(0)
                                : DEFAULT_SPARSITY_WARMUP);
        StandardRecipeSpec spec =
                new StandardRecipeSpec(
                        "reference",
                        List.of(),
                        Optional.empty(),
                        dictionarySize,
                        0,
                        number(arguments, "lr").orElse(DEFAULT_LEARNING_RATE),
                        schedule,
                        ReconstructionLoss.SUM,
                        Penalty.L1,
                        number(arguments, "l1_penalty").orElse(DEFAULT_PENALTY),
                        resampling(arguments, Resampling.Scheme.DICTIONARY_LEARNING));
        return new ReferenceSettings(
                spec, required(integer(arguments, "steps"), "steps"), STANDARD_TRAINER);
    }

    private static ReferenceSettings post(JsonNode reference, int dictionarySize) {
        boolean entropy = reference.path("entropy").asBoolean(false);
        StandardRecipeSpec spec =
                new StandardRecipeSpec(
                        "reference",
                        List.of(),
                        Optional.empty(),
                        dictionarySize,
                        0,
                        required(number(reference, "lr"), "lr"),
                        new Schedule(
                                required(integer(reference, "warmup_steps"), "warmup_steps"),
                                Optional.empty(),
                                0),
                        ReconstructionLoss.MEAN,
                        entropy ? Penalty.ENTROPY : Penalty.L1,
                        required(number(reference, "sparsity_penalty"), "sparsity_penalty"),
                        resampling(reference, Resampling.Scheme.POST));
        return new ReferenceSettings(
                spec, required(integer(reference, "steps"), "steps"), "the post's loop");
    }

    private static Optional<Resampling> resampling(JsonNode fields, Resampling.Scheme scheme) {
        return integer(fields, "resample_steps").map(steps -> new Resampling(steps, scheme));
    }

    private static Optional<Integer> integer(JsonNode fields, String name) {
        return number(fields, name).map(Double::intValue);
    }

    private static Optional<Double> number(JsonNode fields, String name) {
        return fields.path(name).isNumber()
                ? Optional.of(fields.get(name).doubleValue())
                : Optional.empty();
    }

    private static <T> T required(Optional<T> value, String name) {
        return value.orElseThrow(
                () -> new IllegalArgumentException("reference.json lacks a number: field=" + name));
    }
}
