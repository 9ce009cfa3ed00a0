package org.lexicographer.trainer.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lexicographer.dictionary.exchange.dictionarylearning.DictionaryLearningClass;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeType;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
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

    static ReferenceSettings read(Path folder, int dictionarySize) throws IOException {
        JsonNode reference = Json.tree(Files.readAllBytes(folder.resolve("reference.json")));
        if (!reference.has("constructor_arguments")) {
            return post(new TrainerArguments(reference), dictionarySize);
        }
        JsonNode trainer =
                Json.tree(Files.readAllBytes(folder.resolve("config.json"))).path("trainer");
        return tool(reference, trainer, dictionarySize);
    }

    private static ReferenceSettings post(TrainerArguments arguments, int dictionarySize) {
        ObjectNode recipe = recipe(StandardRecipeSpec.TYPE, dictionarySize);
        recipe.set("learningRate", arguments.json().get("lr"));
        recipe.putObject("schedule").set("warmupSteps", arguments.json().get("warmup_steps"));
        recipe.put("reconstructionLoss", "mean");
        boolean entropy = arguments.json().path("entropy").asBoolean(false);
        recipe.put("penalty", entropy ? "entropy" : "l1");
        recipe.set("sparsityPenalty", arguments.json().get("sparsity_penalty"));
        arguments.addResampling(recipe, Resampling.Scheme.POST);
        return of(
                recipe, arguments.steps(), "the post's loop", DictionaryLearningClass.AUTO_ENCODER);
    }

    private static ReferenceSettings tool(
            JsonNode reference, JsonNode trainer, int dictionarySize) {
        TrainerArguments arguments = new TrainerArguments(reference.get("constructor_arguments"));
        TrainerClass trainerClass = TrainerClass.named(trainer.path("trainer_class").asText(""));
        ObjectNode recipe = recipe(trainerClass.type(), dictionarySize);
        recipe.put("compatibility", Compatibility.DICTIONARY_LEARNING.text());
        trainerClass.add(arguments, recipe);
        JsonNode deadTokens = reference.path("dead_feature_threshold_tokens");
        if (deadTokens.isNumber() && recipe.get("auxiliary") instanceof ObjectNode auxiliary) {
            auxiliary.put("deadTokens", deadTokens.longValue());
        }
        return of(
                recipe,
                arguments.steps(),
                trainerClass.className(),
                DictionaryLearningClass.named(trainer.path("dict_class").asText()));
    }

    private static ObjectNode recipe(RecipeType type, int dictionarySize) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type.name())
                .put("name", "reference")
                .put("dictionarySize", dictionarySize);
    }

    private static ReferenceSettings of(
            ObjectNode recipe, int steps, String origin, DictionaryLearningClass dictionaryClass) {
        return new ReferenceSettings(RunSpec.recipe(recipe, steps), steps, origin, dictionaryClass);
    }
}
