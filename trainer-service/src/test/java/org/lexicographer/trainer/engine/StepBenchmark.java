package org.lexicographer.trainer.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.verification.VerifyRecipe;

/**
 * Measures dense and sparse steps side by side: both are taken in turn on the same batches, and
 * each pair gives a ratio, so that whatever else the machine does falls on both. Not a test.
 *
 * <p>Arguments: recipe type, rows B, width D, dictionary size F, k, pairs, and optionally the rows
 * after which a silent latent is dead.
 */
final class StepBenchmark {

    /** Pairs that are not counted, while code is compiled. */
    private static final int WARM_UP = 4;

    private static final int BATCHES = 4;

    private StepBenchmark() {}

    /** Prints the medians. */
    public static void main(String[] arguments) {
        int rows = Integer.parseInt(arguments[1]);
        int width = Integer.parseInt(arguments[2]);
        int pairs = Integer.parseInt(arguments[5]);
        RecipeSpec spec = spec(arguments);
        double[] dense = new double[pairs];
        double[] sparse = new double[pairs];
        double[] ratio = new double[pairs];
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                Recipe denseWay = start(manager, spec, width, false);
                Recipe sparseWay = start(manager, spec, width, true)) {
            NDArray[] batches = new NDArray[BATCHES];
            Arrays.setAll(batches, i -> StandardRecipes.batch(manager, i, rows, width)); // (B, D)
            for (int n = -WARM_UP; n < pairs; n++) {
                NDArray batch = batches[(n + WARM_UP) % BATCHES]; // (B, D)
                double denseTime = milliseconds(denseWay, batch);
                double sparseTime = milliseconds(sparseWay, batch);
                if (n >= 0) {
                    dense[n] = denseTime;
                    sparse[n] = sparseTime;
                    ratio[n] = denseTime / sparseTime;
                }
            }
            System.out.printf(
                    "%s: medians of %d: dense %.0f ms, sparse %.0f ms, dense / sparse %.2f"
                            + " (quartiles %.2f to %.2f), dead latents %d%n",
                    spec.type(),
                    pairs,
                    quantile(dense, 0.5),
                    quantile(sparse, 0.5),
                    quantile(ratio, 0.5),
                    quantile(ratio, 0.25),
                    quantile(ratio, 0.75),
                    sparseWay.stepAndReport(batches[0], batches[0]).deadLatents());
        }
    }

    private static RecipeSpec spec(String... arguments) {
        ObjectNode recipe =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", arguments[0])
                        .put("name", "benchmark")
                        .put("dictionarySize", Integer.parseInt(arguments[3]))
                        .put("k", Integer.parseInt(arguments[4]));
        if (arguments[0].equals(MatryoshkaBatchTopKRecipeSpec.TYPE.name())) {
            recipe.putArray("groupFractions").add(0.125).add(0.125).add(0.25).add(0.5);
        }
        if (arguments.length > 6) {
            recipe.putObject("auxiliary").put("deadTokens", Long.parseLong(arguments[6]));
        }
        RecipeSpec spec = RunSpec.recipe(recipe, Integer.MAX_VALUE);
        return spec;
    }

    private static Recipe start(NDManager manager, RecipeSpec spec, int width, boolean sparse) {
        return Recipe.start(
                manager,
                spec,
                TrainingMethods.of(spec).initialWeights(spec, width, width),
                Integer.MAX_VALUE,
                sparse ? Optional.of(VerifyRecipe.alwaysSparse()) : Optional.empty());
    }

    private static double milliseconds(Recipe recipe, NDArray batch) {
        long start = System.nanoTime();
        recipe.step(batch, batch);
        return (System.nanoTime() - start) / 1e6;
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }
}
