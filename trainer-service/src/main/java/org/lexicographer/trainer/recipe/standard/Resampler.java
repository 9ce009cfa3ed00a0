package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.lexicographer.dictionary.HostMemory;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * Gives dead latents a new start, every R steps, after the step's update.
 *
 * <p>Both schemes draw one row of the current batch per dead latent, with probability proportional
 * to the norm of its reconstruction error under the updated weights, point the latent's decoder
 * column along the row's target, set its encoder bias to 0 and forget the Adam moments of its
 * encoder weights and bias.
 *
 * <ul>
 *   <li>The post's: at step t with t mod R = R - 1; dead are those that were silent in the second
 *       half of the period; rows may repeat; encoder rows become 0.2 times the mean encoder row of
 *       the living ones.
 *   <li>dictionary_learning 0.1's: at step t with t mod R = 0; dead are those silent for more than
 *       R / 2 steps; rows do not repeat, so that at most B latents are resampled; encoder rows
 *       become the input row (not normalised) times 0.2 times the mean norm of the living's encoder
 *       rows; the decoder's moments are forgotten too.
 * </ul>
 *
 * Where no latent is alive, all count as living.
 */
public final class Resampler {

    private static final double ENCODER_SCALE = 0.2;

    /** The rows whose errors are worked out at a time. */
    private static final int SLICE = 512;

    private final Resampling settings;
    private final long seed;
    private final StandardState state;
    private final AffineWeights weights;

    /** Resamples the latents of a state. */
    public Resampler(Resampling settings, long seed, StandardState state) {
        this.settings = settings;
        this.seed = seed;
        this.state = state;
        this.weights = state.weights();
    }

    /** Tells whether latents are to be resampled after the update of a step. */
    public boolean isDue(long step) {
        return switch (settings.scheme()) {
            case POST -> step % settings.steps() == settings.steps() - 1;
            case DICTIONARY_LEARNING -> step % settings.steps() == 0;
        };
    }

    /** Returns the latents that have been silent for long enough, in rising order. */
    public int[] dead() {
        float[] silent = HostMemory.floats(state.silent().steps());
        int period = settings.steps();
        float longest =
                switch (settings.scheme()) {
                    case POST -> period - period / 2 - 1;
                    case DICTIONARY_LEARNING -> period / 2f;
                };
        return IntStream.range(0, silent.length).filter(i -> silent[i] > longest).toArray();
    }

    /** Resamples those that are dead after the update of a step; returns how many. */
    public int resample(long step, Batch batch) {
        int[] dead = dead();
        if (dead.length == 0) {
            return 0;
        }
        float[] targetRows = batch.targets().toFloatArray();
        double[] chances = errorNorms(batch);
        forgetZeroRows(chances, targetRows);
        RowSampler sampler = new RowSampler(seed, step);
        int[] rows =
                switch (settings.scheme()) {
                    case POST -> sampler.withReplacement(chances, dead.length);
                    case DICTIONARY_LEARNING -> sampler.withoutReplacement(chances, dead.length);
                };
        int[] resampled = Arrays.copyOf(dead, rows.length);
        replaceEncoder(dead, resampled, rows, batch.inputs().toFloatArray());
        replaceDecoder(resampled, rows, targetRows);
        forget(resampled);
        return resampled.length;
    }

    /** Slice by slice: what a slice needs (rows, F) is not to grow with the batch. */
    private double[] errorNorms(Batch batch) {
        double[] norms = new double[Math.toIntExact(batch.rows())];
        for (int first = 0; first < norms.length; first += SLICE) {
            int end = Math.min(norms.length, first + SLICE);
            try (NDManager scope = batch.inputs().getManager().newSubManager()) {
                Batch slice =
                        new Batch(
                                rows(batch.inputs(), first, end, scope), // (slice, D)
                                rows(batch.targets(), first, end, scope)); // (slice, Dout)
                float[] errors = errors(slice).toFloatArray(); // (slice, Dout)
                System.arraycopy(norms(errors, weights.outputDim()), 0, norms, first, end - first);
            }
        }
        return norms;
    }

    private static NDArray rows(NDArray rows, int first, int end, NDManager scope) {
        NDArray some = rows.get(new NDIndex("{}:{}", first, end)); // (end - first, width)
        some.attach(scope);
        return some;
    }

    private NDArray errors(Batch slice) {
        NDArray centred = weights.centred(slice.inputs()); // (slice, D)
        NDArray products = weights.products(centred, state.encoderBias().value()); // (slice, F)
        return weights.decode(Activation.relu(products)).subi(slice.targets()); // (slice, Dout)
    }

    /** A target of zeros has no direction, and a norm that is NaN gives no probability. */
    private void forgetZeroRows(double[] chances, float[] targetRows) {
        double[] targetNorms = norms(targetRows, weights.outputDim());
        for (int i = 0; i < chances.length; i++) {
            if (targetNorms[i] == 0 || !Double.isFinite(chances[i])) {
                chances[i] = 0;
            }
        }
    }

    private void replaceEncoder(int[] dead, int[] resampled, int[] rows, float[] inputs) {
        float[] encoder = HostMemory.floats(weights.encoderWeight().value());
        int width = weights.inputDim();
        int[] living = living(dead);
        float[] meanRow = meanRow(encoder, living, width);
        double meanNorm =
                Arrays.stream(living).mapToDouble(i -> norm(encoder, i, width)).sum()
                        / living.length;
        for (int n = 0; n < resampled.length; n++) {
            for (int k = 0; k < width; k++) {
                encoder[resampled[n] * width + k] =
                        switch (settings.scheme()) {
                            case POST -> (float) (ENCODER_SCALE * meanRow[k]);
                            case DICTIONARY_LEARNING ->
                                    (float)
                                            (ENCODER_SCALE
                                                    * meanNorm
                                                    * inputs[rows[n] * width + k]);
                        };
            }
        }
        Parameter.write(weights.encoderWeight().value(), encoder);
        zeroRows(state.encoderBias().value(), resampled);
    }

    private int[] living(int[] dead) {
        int size = weights.dictionarySize();
        boolean noneLives = dead.length == size;
        return IntStream.range(0, size)
                .filter(i -> noneLives || Arrays.binarySearch(dead, i) < 0)
                .toArray();
    }

    private static float[] meanRow(float[] matrix, int[] rows, int width) {
        double[] sums = new double[width];
        for (int row : rows) {
            for (int k = 0; k < width; k++) {
                sums[k] += matrix[row * width + k];
            }
        }
        float[] mean = new float[width];
        for (int k = 0; k < width; k++) {
            mean[k] = (float) (sums[k] / rows.length);
        }
        return mean;
    }

    private void replaceDecoder(int[] resampled, int[] rows, float[] targets) {
        float[] decoder = HostMemory.floats(weights.decoderWeight().value());
        int width = weights.outputDim();
        for (int n = 0; n < resampled.length; n++) {
            double norm = norm(targets, rows[n], width);
            for (int k = 0; k < width; k++) {
                decoder[resampled[n] * width + k] = (float) (targets[rows[n] * width + k] / norm);
            }
        }
        Parameter.write(weights.decoderWeight().value(), decoder);
    }

    private void forget(int[] resampled) {
        forgetMoments(weights.encoderWeight(), resampled);
        forgetMoments(state.encoderBias(), resampled);
        if (settings.scheme() == Resampling.Scheme.DICTIONARY_LEARNING) {
            forgetMoments(weights.decoderWeight(), resampled);
        }
        zeroRows(state.silent().steps(), resampled);
    }

    private static void forgetMoments(Parameter parameter, int[] rows) {
        zeroRows(parameter.firstMoment(), rows);
        zeroRows(parameter.secondMoment(), rows);
    }

    private static void zeroRows(NDArray array, int[] rows) {
        float[] values = HostMemory.floats(array);
        int width = values.length / (int) array.getShape().get(0);
        for (int row : rows) {
            Arrays.fill(values, row * width, (row + 1) * width, 0);
        }
        Parameter.write(array, values);
    }

    private static double[] norms(float[] matrix, int width) {
        return IntStream.range(0, matrix.length / width)
                .mapToDouble(row -> norm(matrix, row, width))
                .toArray();
    }

    private static double norm(float[] matrix, int row, int width) {
        double squares = 0;
        for (int k = row * width; k < (row + 1) * width; k++) {
            squares += (double) matrix[k] * matrix[k];
        }
        return Math.sqrt(squares);
    }
}
