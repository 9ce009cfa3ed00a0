package org.lexicographer.trainer.recipe.loss;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;

/**
 * Weights to start from.
 *
 * @param encoderWeight (F, D)
 * @param perLatent the weights with one value per latent (F), by their names in {@link
 *     DictionaryWeights}
 * @param decoderWeight (F, Dout): row i is the decoder column of latent i
 * @param decoderBias (Dout)
 */
public record InitialWeights(
        float[] encoderWeight,
        Map<String, float[]> perLatent,
        float[] decoderWeight,
        float[] decoderBias) {

    private static final double SMALL_NORM = 0.1;

    /** Copies the map. */
    public InitialWeights {
        perLatent = Map.copyOf(perLatent);
    }

    /**
     * Draws weights, a pure function of a seed and the sizes, as dictionary_learning starts its
     * AutoEncoder: decoder columns are 0.1 times random unit vectors, the encoder is the decoder's
     * transpose, the decoder bias is 0 and the encoder bias uniform in (-1/sqrt(D), 1/sqrt(D)),
     * PyTorch's default for a linear layer. Where input and target have different widths there is
     * no transpose, and encoder rows are drawn like decoder columns.
     */
    public static InitialWeights draw(long seed, int inputDim, int outputDim, int dictionarySize) {
        InitialWeights weights = drawSmall(seed, inputDim, outputDim, dictionarySize);
        // The third stream that is split off; the first two are the decoder's and the encoder's.
        SplittableRandom random = new SplittableRandom(seed);
        random.split();
        random.split();
        float[] bias = uniform(random.split(), dictionarySize, 1 / Math.sqrt(inputDim));
        return weights.with(DictionaryWeights.ENCODER_BIAS, bias);
    }

    /** Draws weights as below, with decoder columns of norm 1. */
    public static InitialWeights drawUnit(
            long seed, int inputDim, int outputDim, int dictionarySize) {
        return draw(seed, inputDim, outputDim, dictionarySize, 1);
    }

    /** Draws weights as below, with decoder columns of norm 0.1. */
    public static InitialWeights drawSmall(
            long seed, int inputDim, int outputDim, int dictionarySize) {
        return draw(seed, inputDim, outputDim, dictionarySize, SMALL_NORM);
    }

    /**
     * Draws weights, a pure function of a seed and the sizes: decoder columns are random unit
     * vectors times {@code norm}, the encoder is the decoder's transpose, all biases are 0. Where
     * input and target have different widths, encoder rows are drawn like decoder columns.
     */
    public static InitialWeights draw(
            long seed, int inputDim, int outputDim, int dictionarySize, double norm) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] decoder = randomRows(random.split(), dictionarySize, outputDim, norm);
        float[] encoder =
                inputDim == outputDim
                        ? decoder.clone()
                        : randomRows(random.split(), dictionarySize, inputDim, norm);
        Map<String, float[]> bias =
                Map.of(DictionaryWeights.ENCODER_BIAS, new float[dictionarySize]);
        return new InitialWeights(encoder, bias, decoder, new float[outputDim]);
    }

    /** Returns weights that lie as dictionaries have them. */
    public static InitialWeights of(Map<String, Weight> weights) {
        Map<String, float[]> perLatent = new LinkedHashMap<>();
        weights.forEach(
                (name, weight) -> {
                    if (weight.shape().size() == 1
                            && !name.equals(DictionaryWeights.DECODER_BIAS)) {
                        perLatent.put(name, weight.values());
                    }
                });
        return new InitialWeights(
                weights.get(DictionaryWeights.ENCODER_WEIGHT).transposed().values(),
                perLatent,
                weights.get(DictionaryWeights.DECODER_WEIGHT).values(),
                weights.get(DictionaryWeights.DECODER_BIAS).values());
    }

    /** Returns the same with another weight per latent (F). */
    public InitialWeights with(String name, float[] values) {
        Map<String, float[]> more = new LinkedHashMap<>(perLatent);
        more.put(name, values);
        return new InitialWeights(encoderWeight, more, decoderWeight, decoderBias);
    }

    /** Returns the encoder bias (F). */
    public float[] encoderBias() {
        return perLatent.get(DictionaryWeights.ENCODER_BIAS);
    }

    /** Returns the number of latents, F. */
    public int dictionarySize() {
        return decoderWeight.length / decoderBias.length;
    }

    /** Returns the width of what is read, D. */
    public int inputDim() {
        return encoderWeight.length / dictionarySize();
    }

    /** Returns the width of what is reconstructed, Dout. */
    public int outputDim() {
        return decoderBias.length;
    }

    /** Tells whether what is read is as wide as what is reconstructed. */
    public boolean haveSameWidths() {
        return inputDim() == outputDim();
    }

    private static float[] randomRows(SplittableRandom random, int rows, int width, double norm) {
        float[] values = new float[Math.multiplyExact(rows, width)];
        double[] row = new double[width];
        for (int i = 0; i < rows; i++) {
            double scale = norm / fillGaussian(random, row);
            for (int k = 0; k < width; k++) {
                values[i * width + k] = (float) (scale * row[k]);
            }
        }
        return values;
    }

    /** Fills the row and returns its norm, which is not 0. */
    private static double fillGaussian(SplittableRandom random, double[] row) {
        double squares = 0;
        while (squares == 0) {
            for (int k = 0; k < row.length; k++) {
                row[k] = random.nextGaussian();
                squares += row[k] * row[k];
            }
        }
        return Math.sqrt(squares);
    }

    private static float[] uniform(SplittableRandom random, int count, double bound) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-bound, bound);
        }
        return values;
    }
}
