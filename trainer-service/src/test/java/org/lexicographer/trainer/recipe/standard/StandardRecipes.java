package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.ReconstructionLoss;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.recipe.loss.InitialWeights;

/** StandardRecipes and batches to test with. */
public final class StandardRecipes {

    public static final int LATENTS = 50;

    private StandardRecipes() {}

    public static StandardRecipeSpec spec(ReconstructionLoss loss, Penalty penalty, double weight) {
        return spec(loss, penalty, weight, Optional.empty());
    }

    public static StandardRecipeSpec spec(Resampling resampling) {
        return spec(ReconstructionLoss.SUM, Penalty.L1, 0.1, Optional.of(resampling));
    }

    public static StandardRecipeSpec spec() {
        return spec(ReconstructionLoss.SUM, Penalty.L1, 0.1);
    }

    private static StandardRecipeSpec spec(
            ReconstructionLoss loss,
            Penalty penalty,
            double weight,
            Optional<Resampling> resampling) {
        return new StandardRecipeSpec(
                basics(), loss, penalty, weight, resampling, Optional.empty());
    }

    public static RecipeBasics basics() {
        return new RecipeBasics(
                "test",
                List.of(),
                Optional.empty(),
                LATENTS,
                11,
                Optional.empty(),
                1e-2,
                Schedule.linear(0, Optional.empty(), 0),
                0,
                Compatibility.PAPER,
                ComputeType.FLOAT32,
                0.375);
    }

    /** Returns the same settings with another schedule. */
    public static StandardRecipeSpec with(StandardRecipeSpec spec, Schedule schedule) {
        RecipeBasics basics = spec.basics();
        return new StandardRecipeSpec(
                new RecipeBasics(
                        basics.name(),
                        basics.sites(),
                        basics.reconstructs(),
                        basics.dictionarySize(),
                        basics.seed(),
                        basics.initialize(),
                        basics.learningRate(),
                        schedule,
                        basics.maxGradientNorm(),
                        basics.compatibility(),
                        basics.computeType(),
                        basics.denseShare()),
                spec.reconstructionLoss(),
                spec.penalty(),
                spec.sparsityPenalty(),
                spec.resampling(),
                spec.ghostGradients());
    }

    /** Returns weights of which about a tenth of the latents is active: sparse steps are taken. */
    public static InitialWeights sparseWeights(int input, int output) {
        InitialWeights weights = InitialWeights.draw(3, input, output, LATENTS);
        Arrays.fill(weights.encoderBias(), -0.12f);
        return weights;
    }

    /** Returns weights of which half of the latents are active: dense steps are taken. */
    public static InitialWeights denseWeights(int input, int output) {
        InitialWeights weights = InitialWeights.draw(3, input, output, LATENTS);
        Arrays.fill(weights.encoderBias(), 0.05f);
        return weights;
    }

    public static NDArray batch(NDManager manager, long seed, int rows, int width) {
        Random random = new Random(seed);
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(rows, width)); // (B, D)
    }

    /** Returns all state as bytes: equal bytes are equal bits. */
    public static byte[] state(Recipe recipe) {
        SafetensorsWriter writer = new SafetensorsWriter();
        recipe.save(writer, "");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
