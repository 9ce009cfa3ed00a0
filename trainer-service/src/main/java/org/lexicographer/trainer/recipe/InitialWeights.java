package org.lexicographer.trainer.recipe;

import java.util.SplittableRandom;

/**
 * Weights to start from, a pure function of a seed and the sizes.
 *
 * <p>As dictionary_learning starts its AutoEncoder: decoder columns are 0.1 times random unit
 * vectors, the encoder is the decoder's transpose, the decoder bias is 0 and the encoder bias
 * uniform in (-1/sqrt(D), 1/sqrt(D)), PyTorch's default for a linear layer. Where input and target
 * have different widths there is no transpose, and encoder rows are drawn like decoder columns.
 *
 * @param encoderWeight (F, D)
 * @param encoderBias (F)
 * @param decoderWeight (F, Dout): row i is the decoder column of latent i
 * @param decoderBias (Dout)
 */
record InitialWeights(
        float[] encoderWeight, float[] encoderBias, float[] decoderWeight, float[] decoderBias) {

    private static final double COLUMN_NORM = 0.1;

    static InitialWeights draw(long seed, int inputDim, int outputDim, int dictionarySize) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] decoder = randomRows(random.split(), dictionarySize, outputDim);
        SplittableRandom encoderRandom = random.split();
        float[] encoder =
                inputDim == outputDim
                        ? decoder.clone()
                        : randomRows(encoderRandom, dictionarySize, inputDim);
        float[] bias = uniform(random.split(), dictionarySize, 1 / Math.sqrt(inputDim));
        return new InitialWeights(encoder, bias, decoder, new float[outputDim]);
    }

    private static float[] randomRows(SplittableRandom random, int rows, int width) {
        float[] values = new float[Math.multiplyExact(rows, width)];
        double[] row = new double[width];
        for (int i = 0; i < rows; i++) {
            double scale = COLUMN_NORM / fillGaussian(random, row);
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
