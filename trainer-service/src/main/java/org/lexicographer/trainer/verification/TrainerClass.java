package org.lexicographer.trainer.verification;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeType;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;

/** The trainers of dictionary_learning 0.1, each with our recipe and its default learning rate. */
enum TrainerClass {
    STANDARD(
            "StandardTrainer",
            StandardRecipeSpec.TYPE,
            Optional.of(1e-3),
            TrainerArguments::addStandard),
    STANDARD_APRIL(
            "StandardTrainerAprilUpdate",
            StandardAprilRecipeSpec.TYPE,
            Optional.of(1e-3),
            TrainerArguments::addPenalty),
    P_ANNEAL(
            "PAnnealTrainer",
            PAnnealRecipeSpec.TYPE,
            Optional.of(1e-3),
            (arguments, recipe) -> arguments.addAnneal(recipe, "Lp")),
    GATED("GatedSAETrainer", GatedRecipeSpec.TYPE, Optional.of(5e-5), TrainerArguments::addPenalty),
    GATED_ANNEAL(
            "GatedAnnealTrainer",
            GatedAnnealRecipeSpec.TYPE,
            Optional.of(3e-4),
            (arguments, recipe) -> arguments.addAnneal(recipe, "Lp^p")),
    TOP_K("TopKTrainer", TopKRecipeSpec.TYPE, Optional.empty(), TrainerArguments::addSelection),
    BATCH_TOP_K(
            "BatchTopKTrainer",
            BatchTopKRecipeSpec.TYPE,
            Optional.empty(),
            TrainerArguments::addSelection),
    MATRYOSHKA(
            "MatryoshkaBatchTopKTrainer",
            MatryoshkaBatchTopKRecipeSpec.TYPE,
            Optional.empty(),
            TrainerArguments::addGroups),
    JUMP_RELU(
            "JumpReluTrainer",
            JumpReluRecipeSpec.TYPE,
            Optional.of(7e-5),
            TrainerArguments::addJump);

    private final String className;
    private final RecipeType type;
    private final Optional<Double> learningRate;
    private final BiConsumer<TrainerArguments, ObjectNode> settings;

    /** A learning rate that is empty depends on the dictionary's size, and is our default too. */
    TrainerClass(
            String className,
            RecipeType type,
            Optional<Double> learningRate,
            BiConsumer<TrainerArguments, ObjectNode> settings) {
        this.className = className;
        this.type = type;
        this.learningRate = learningRate;
        this.settings = settings;
    }

    static TrainerClass named(String className) {
        return Arrays.stream(values())
                .filter(it -> it.className.equals(className))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "recipe not supported: trainer_class=" + className));
    }

    String className() {
        return className;
    }

    RecipeType type() {
        return type;
    }

    /** Adds what the arguments say, and the defaults of what they do not say, to a recipe. */
    void add(TrainerArguments arguments, ObjectNode recipe) {
        arguments
                .number("lr")
                .or(() -> learningRate)
                .ifPresent(it -> recipe.put("learningRate", it));
        arguments.addSchedule(recipe);
        settings.accept(arguments, recipe);
    }
}
