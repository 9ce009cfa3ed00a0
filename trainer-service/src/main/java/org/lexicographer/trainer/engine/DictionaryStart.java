package org.lexicographer.trainer.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.AffineDictionary;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;

/**
 * Weights to start from that are those of a dictionary, in the form that a recipe trains: decoder
 * columns of norm 1 where it asks for that, and biases that absorb b_dec, or not, as its encoder
 * subtracts it. Latents grow as their decoder columns shrink, so that the reconstruction stays; but
 * where the largest are chosen, columns of several norms become another choice.
 */
public final class DictionaryStart {

    /** How far a column's norm may be from 1 by the rounding of float32. */
    private static final double ROUNDING = 1e-5;

    private DictionaryStart() {}

    /** Returns why a recipe cannot start from a dictionary; empty where it can. */
    public static Optional<String> obstacle(
            RecipeSpec recipe, Architecture architecture, int dictionarySize) {
        if (recipe.dictionarySize() != dictionarySize) {
            return Optional.of(
                    "dictionary size mismatch: expected=%d, found=%d"
                            .formatted(recipe.dictionarySize(), dictionarySize));
        }
        boolean fits =
                switch (architecture) {
                    case GATED -> isGated(recipe);
                    case STANDARD, TOP_K, BATCH_TOP_K, MATRYOSHKA_BATCH_TOP_K, JUMP_RELU ->
                            !isGated(recipe);
                    case IDENTITY, ZERO -> false;
                };
        return fits
                ? Optional.empty()
                : Optional.of(
                        "a recipe of this type does not start from such a dictionary: type=%s, architecture=%s"
                                .formatted(recipe.type(), architecture.text()));
    }

    private static boolean isGated(RecipeSpec recipe) {
        return recipe instanceof GatedRecipeSpec || recipe instanceof GatedAnnealRecipeSpec;
    }

    /**
     * Returns a dictionary's weights as a recipe trains them.
     *
     * @throws DictionaryException when the recipe cannot start from them
     */
    static InitialWeights weights(RecipeSpec spec, Dictionary dictionary) {
        obstacle(spec, dictionary.architecture(), dictionary.dictionarySize())
                .ifPresent(
                        reason -> {
                            throw new DictionaryException(reason);
                        });
        AffineDictionary affine = (AffineDictionary) dictionary;
        TrainingMethod method = TrainingMethods.of(spec);
        InitialWeights found = InitialWeights.of(DictionaryWeights.of(affine));
        InitialWeights weights =
                method.update().decoderNorm().isUnit() ? withUnitColumns(found) : found;
        boolean subtracts = subtracts(method, weights);
        return subtracts == affine.subtractDecoderBias()
                ? weights
                : withShiftedBiases(weights, subtracts ? 1 : -1);
    }

    /** Tells whether the recipe's encoder subtracts b_dec, which depends on widths among others. */
    private static boolean subtracts(TrainingMethod method, InitialWeights weights) {
        try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
            Loss loss = method.loss().start(scope, weights);
            return loss.state().weights().subtracted();
        }
    }

    private static InitialWeights withUnitColumns(InitialWeights weights) {
        int width = weights.outputDim();
        float[] decoder = weights.decoderWeight().clone();
        float[] encoder = weights.encoderWeight().clone();
        Map<String, float[]> perLatent = copies(weights.perLatent());
        for (int latent = 0; latent < weights.dictionarySize(); latent++) {
            double norm = norm(decoder, latent, width);
            if (norm > 0 && Math.abs(norm - 1) > ROUNDING) {
                scale(decoder, latent, width, 1 / norm);
                scale(encoder, latent, weights.inputDim(), norm);
                for (Map.Entry<String, float[]> weight : perLatent.entrySet()) {
                    // r_mag is the logarithm of a factor, and the product grows already.
                    if (!weight.getKey().equals(DictionaryWeights.MAGNITUDE_SCALE)) {
                        scale(weight.getValue(), latent, 1, norm);
                    }
                }
            }
        }
        return new InitialWeights(encoder, perLatent, decoder, weights.decoderBias());
    }

    private static Map<String, float[]> copies(Map<String, float[]> perLatent) {
        Map<String, float[]> copies = new LinkedHashMap<>();
        perLatent.forEach((name, values) -> copies.put(name, values.clone()));
        return copies;
    }

    private static double norm(float[] rows, int row, int width) {
        double squares = 0;
        for (int i = row * width; i < (row + 1) * width; i++) {
            squares += (double) rows[i] * rows[i];
        }
        return Math.sqrt(squares);
    }

    private static void scale(float[] rows, int row, int width, double factor) {
        for (int i = row * width; i < (row + 1) * width; i++) {
            rows[i] = (float) (rows[i] * factor);
        }
    }

    /** Adds sign W_e b_dec to whatever is added to W_e x. */
    private static InitialWeights withShiftedBiases(InitialWeights weights, int sign) {
        Map<String, float[]> perLatent = copies(weights.perLatent());
        float[] scales = perLatent.get(DictionaryWeights.MAGNITUDE_SCALE);
        for (int latent = 0; latent < weights.dictionarySize(); latent++) {
            double shift = sign * product(weights, latent);
            for (Map.Entry<String, float[]> bias : perLatent.entrySet()) {
                bias.getValue()[latent] +=
                        (float)
                                switch (bias.getKey()) {
                                    case DictionaryWeights.MAGNITUDE_BIAS ->
                                            shift * Math.exp(scales[latent]);
                                    case DictionaryWeights.ENCODER_BIAS,
                                            DictionaryWeights.GATE_BIAS ->
                                            shift;
                                    default -> 0;
                                };
            }
        }
        return new InitialWeights(
                weights.encoderWeight(), perLatent, weights.decoderWeight(), weights.decoderBias());
    }

    private static double product(InitialWeights weights, int latent) {
        int width = weights.inputDim();
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += (double) weights.encoderWeight()[latent * width + i] * weights.decoderBias()[i];
        }
        return sum;
    }
}
