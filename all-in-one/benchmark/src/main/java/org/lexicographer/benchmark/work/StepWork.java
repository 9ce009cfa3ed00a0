package org.lexicographer.benchmark.work;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * A training step of each of some dictionaries: some recipes at each of some sites.
 *
 * @param recipes the recipes' types, as run specs name them
 * @param sites how many sites there are, each with a batch of its own
 * @param size the sizes of each of the steps
 * @param place where they are taken
 * @param times how many steps are timed together, whose mean it is: training does not wait for a
 *     GPU after each
 */
public record StepWork(List<String> recipes, int sites, StepSize size, Place place, int times)
        implements Work {

    private static final int TIMES_ON_GPU = 20;

    /** Steps that are never all taken: no schedule ends while it is timed. */
    public static final int STEPS = 1_000_000;

    private static final String SETTINGS = "/step-recipes.json";

    /** So small that as many latents stay active as were to be. */
    private static final double LEARNING_RATE = 3e-8;

    /** Copies the list. */
    public StepWork {
        recipes = List.copyOf(recipes);
    }

    /** Creates steps that are timed one by one on a CPU, and some together on a GPU. */
    public StepWork(List<String> recipes, int sites, StepSize size, Place place) {
        this(recipes, sites, size, place, place.onGpu() ? TIMES_ON_GPU : 1);
    }

    /** Returns the step of a single dictionary. */
    public static StepWork of(String recipe, StepSize size, Place place) {
        return new StepWork(List.of(recipe), 1, size, place);
    }

    /** Returns the same work with products in bfloat16. */
    public StepWork inHalf() {
        return new StepWork(recipes, sites, size, place.with(ComputeType.BFLOAT16));
    }

    /** Tells whether a recipe keeps the k largest latents. */
    public static boolean isTopK(String recipe) {
        return recipe.endsWith("opK");
    }

    /** Returns the types of recipes that have settings. */
    public static List<String> allRecipes() {
        List<String> names = new ArrayList<>();
        published().fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Returns a recipe's settings, complete: those of published runs. */
    public RecipeSpec spec(String recipe) {
        ObjectNode settings = (ObjectNode) published().path(recipe);
        settings.put("type", recipe)
                .put("name", "step")
                .put("learningRate", LEARNING_RATE)
                .put("dictionarySize", size.dictionarySize())
                .put("computeType", place.computeType().text());
        if (isTopK(recipe)) {
            settings.put("k", size.active());
        }
        return RunSpec.recipe(settings, STEPS);
    }

    private static JsonNode published() {
        try (InputStream json = StepWork.class.getResourceAsStream(SETTINGS)) {
            return Json.tree(json.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
