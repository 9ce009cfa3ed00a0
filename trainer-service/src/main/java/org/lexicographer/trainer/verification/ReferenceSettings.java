package org.lexicographer.trainer.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.dictionary.exchange.dictionarylearning.DictionaryLearningClass;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.run.RunSpec;

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
 * @param dictionaryClass how the snapshots' tensors are named and lie
 */
record ReferenceSettings(
        RecipeSpec spec, int steps, String origin, DictionaryLearningClass dictionaryClass) {

    private static final int DEFAULT_WARMUP = 1000;
    private static final int DEFAULT_SPARSITY_WARMUP = 2000;
    private static final double DEFAULT_PENALTY = 1e-1;
    private static final int DEFAULT_ANNEAL_START = 15_000;

    static ReferenceSettings read(Path folder, int dictionarySize) throws IOException {
        JsonNode reference = Json.tree(Files.readAllBytes(folder.resolve("reference.json")));
        if (!reference.has("constructor_arguments")) {
            return post(reference, dictionarySize);
        }
        JsonNode trainer =
                Json.tree(Files.readAllBytes(folder.resolve("config.json"))).path("trainer");
        return new Trainer(
                        trainer.path("trainer_class").asText(""),
                        reference.get("constructor_arguments"),
                        reference.path("dead_feature_threshold_tokens"))
                .settings(
                        dictionarySize,
                        DictionaryLearningClass.named(trainer.path("dict_class").asText()));
    }

    private static ReferenceSettings post(JsonNode reference, int dictionarySize) {
        ObjectNode recipe = recipe(StandardRecipeSpec.TYPE.name(), dictionarySize);
        recipe.set("learningRate", reference.get("lr"));
        recipe.putObject("schedule").set("warmupSteps", reference.get("warmup_steps"));
        recipe.put("reconstructionLoss", "mean");
        recipe.put("penalty", reference.path("entropy").asBoolean(false) ? "entropy" : "l1");
        recipe.set("sparsityPenalty", reference.get("sparsity_penalty"));
        addResampling(recipe, reference, Resampling.Scheme.POST);
        int steps = steps(reference);
        return new ReferenceSettings(
                read(recipe, steps),
                steps,
                "the post's loop",
                DictionaryLearningClass.AUTO_ENCODER);
    }

    private static ObjectNode recipe(String type, int dictionarySize) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("name", "reference")
                .put("dictionarySize", dictionarySize);
    }

    private static void addResampling(
            ObjectNode recipe, JsonNode arguments, Resampling.Scheme scheme) {
        if (arguments.path("resample_steps").isNumber()) {
            recipe.putObject("resampling")
                    .put("scheme", scheme.text())
                    .set("steps", arguments.get("resample_steps"));
        }
    }

    private static int steps(JsonNode arguments) {
        if (!arguments.path("steps").isIntegralNumber()) {
            throw new IllegalArgumentException("reference.json lacks a number: field=steps");
        }
        return arguments.get("steps").intValue();
    }

    private static RecipeSpec read(ObjectNode recipe, int steps) {
        return RunSpec.recipe(recipe, steps);
    }

    /**
     * A trainer of dictionary_learning 0.1 with its arguments.
     *
     * @param name its class
     * @param arguments its constructor's arguments
     * @param deadTokens what was put in place of its number of tokens until a latent is dead
     */
    private record Trainer(String name, JsonNode arguments, JsonNode deadTokens) {

        ReferenceSettings settings(int dictionarySize, DictionaryLearningClass dictionaryClass) {
            ObjectNode recipe = recipe(type(), dictionarySize);
            recipe.put("compatibility", Compatibility.DICTIONARY_LEARNING.text());
            learningRate().ifPresent(rate -> recipe.put("learningRate", rate));
            ObjectNode schedule = recipe.putObject("schedule");
            schedule.put("warmupSteps", whole("warmup_steps").orElse(DEFAULT_WARMUP));
            whole("decay_start").ifPresent(start -> schedule.put("decayStart", start));
            switch (name) {
                case "StandardTrainer" -> {
                    addPenalty(recipe, "l1_penalty");
                    addResampling(recipe, arguments, Resampling.Scheme.DICTIONARY_LEARNING);
                }
                case "StandardTrainerAprilUpdate", "GatedSAETrainer" ->
                        addPenalty(recipe, "l1_penalty");
                case "PAnnealTrainer" -> addAnneal(recipe, "Lp");
                case "GatedAnnealTrainer" -> addAnneal(recipe, "Lp^p");
                case "JumpReluTrainer" -> addJump(recipe);
                default -> addSelection(recipe);
            }
            int steps = steps(arguments);
            return new ReferenceSettings(read(recipe, steps), steps, name, dictionaryClass);
        }

        private String type() {
            return switch (name) {
                case "StandardTrainer" -> StandardRecipeSpec.TYPE.name();
                case "StandardTrainerAprilUpdate" -> StandardAprilRecipeSpec.TYPE.name();
                case "PAnnealTrainer" -> PAnnealRecipeSpec.TYPE.name();
                case "GatedSAETrainer" -> GatedRecipeSpec.TYPE.name();
                case "GatedAnnealTrainer" -> GatedAnnealRecipeSpec.TYPE.name();
                case "TopKTrainer" -> TopKRecipeSpec.TYPE.name();
                case "BatchTopKTrainer" -> BatchTopKRecipeSpec.TYPE.name();
                case "MatryoshkaBatchTopKTrainer" -> MatryoshkaBatchTopKRecipeSpec.TYPE.name();
                case "JumpReluTrainer" -> JumpReluRecipeSpec.TYPE.name();
                default ->
                        throw new IllegalArgumentException(
                                "recipe not supported: trainer_class=" + name);
            };
        }

        /** The top-k family's default depends on the dictionary's size, and is the recipe's too. */
        private Optional<Double> learningRate() {
            return number("lr")
                    .or(
                            () ->
                                    switch (name) {
                                        case "StandardTrainer",
                                                "StandardTrainerAprilUpdate",
                                                "PAnnealTrainer" ->
                                                Optional.of(1e-3);
                                        case "GatedSAETrainer" -> Optional.of(5e-5);
                                        case "GatedAnnealTrainer" -> Optional.of(3e-4);
                                        case "JumpReluTrainer" -> Optional.of(7e-5);
                                        default -> Optional.empty();
                                    });
        }

        private void addPenalty(ObjectNode recipe, String argument) {
            recipe.put("sparsityPenalty", number(argument).orElse(DEFAULT_PENALTY));
            addSparsityWarmup(recipe);
        }

        /** An argument of null means none, a missing one the default. */
        private void addSparsityWarmup(ObjectNode recipe) {
            int steps =
                    arguments.has("sparsity_warmup_steps")
                            ? whole("sparsity_warmup_steps").orElse(0)
                            : DEFAULT_SPARSITY_WARMUP;
            ((ObjectNode) recipe.get("schedule")).put("sparsityWarmupSteps", steps);
        }

        private void addAnneal(ObjectNode recipe, String defaultFunction) {
            if (arguments.path("resample_steps").isNumber()) {
                throw new IllegalArgumentException(
                        "cannot be compared: %s changes no weight when it resamples: resample_steps=%s"
                                .formatted(name, arguments.get("resample_steps")));
            }
            addPenalty(recipe, "initial_sparsity_penalty");
            int start = whole("anneal_start").orElse(DEFAULT_ANNEAL_START);
            int end = whole("anneal_end").orElse(steps(arguments));
            ObjectNode anneal = recipe.putObject("anneal");
            anneal.put("start", start).put("end", end);
            anneal.put("pEnd", number("p_end").orElse(0.0));
            number("p_start").ifPresent(p -> anneal.put("pStart", p));
            anneal.put(
                    "function",
                    arguments
                            .path("sparsity_function")
                            .asText(defaultFunction)
                            .toLowerCase(Locale.ROOT));
            whole("sparsity_queue_length").ifPresent(length -> anneal.put("window", length));
            if (arguments.path("n_sparsity_updates").asText().equals("continuous")) {
                anneal.put("updates", end - start + 1);
            } else {
                whole("n_sparsity_updates").ifPresent(updates -> anneal.put("updates", updates));
            }
        }

        private void addJump(ObjectNode recipe) {
            recipe.put("sparsityPenalty", number("sparsity_penalty").orElse(1.0));
            addSparsityWarmup(recipe);
            recipe.put("targetL0", number("target_l0").orElse(20.0));
            number("bandwidth").ifPresent(bandwidth -> recipe.put("bandwidth", bandwidth));
        }

        private void addSelection(ObjectNode recipe) {
            recipe.set("k", arguments.get("k"));
            whole("k_anneal_steps").ifPresent(steps -> recipe.put("kAnnealSteps", steps));
            ObjectNode auxiliary = recipe.putObject("auxiliary");
            number("auxk_alpha").ifPresent(weight -> auxiliary.put("weight", weight));
            if (deadTokens.isNumber()) {
                auxiliary.put("deadTokens", deadTokens.longValue());
            }
            number("threshold_beta").ifPresent(beta -> recipe.put("thresholdDecay", beta));
            whole("threshold_start_step").ifPresent(step -> recipe.put("thresholdStart", step));
            copy(recipe, "groupFractions", "group_fractions");
            copy(recipe, "groupWeights", "group_weights");
        }

        private void copy(ObjectNode recipe, String field, String argument) {
            if (arguments.path(argument).isArray()) {
                recipe.set(field, arguments.get(argument));
            }
        }

        private Optional<Integer> whole(String argument) {
            return number(argument).map(Double::intValue);
        }

        private Optional<Double> number(String argument) {
            return arguments.path(argument).isNumber()
                    ? Optional.of(arguments.get(argument).doubleValue())
                    : Optional.empty();
        }
    }
}
