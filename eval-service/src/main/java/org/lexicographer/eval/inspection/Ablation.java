package org.lexicographer.eval.inspection;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.SharedPass;

/**
 * Takes a latent's contribution out of the language model, context after context: at every token of
 * the context on which it is active, its value times its decoder row is subtracted from what the
 * model has at the site that the dictionary reconstructs. What the dictionary does not explain
 * stays as it is. For use by one thread.
 *
 * <p>With p the model's own probabilities of the next token and q those without the contribution, a
 * change is ln q - ln p.
 */
final class Ablation {

    /** How many tokens' logits are in memory at a time, twice. */
    private static final int PLACES = 32;

    private final LanguageModel model;
    private final SplicedDictionary spliced;
    private final int latent;
    private final double[] summed; // (V)
    private long places;

    Ablation(LanguageModel model, SplicedDictionary spliced, int latent) {
        this.model = requireNonNull(model, "model is null");
        this.spliced = requireNonNull(spliced, "spliced is null");
        this.latent = latent;
        this.summed = new double[model.vocabularySize()];
    }

    /**
     * What the latent does to the token after one on which it is active.
     *
     * @param position of the token on which it is active
     * @param value the latent's value there
     * @param before ln p of the token that follows
     * @param after ln q of it
     */
    record Effect(int position, float value, double before, double after) {}

    /**
     * Takes the contribution out of a context.
     *
     * @param tokens at least one
     * @return the effects in the order of positions; the last token is followed by none
     */
    List<Effect> add(int[] tokens) {
        try (NDManager scope = model.newScope()) {
            NDArray ids = scope.create(tokens, new Shape(1, tokens.length)); // (1, T)
            float[] values = values(ids);
            int[] active =
                    IntStream.range(0, tokens.length - 1).filter(i -> values[i] > 0).toArray();
            try (SharedPass pass = model.share(ids)) {
                NDArray own = pass.value(spliced.target()); // (1, T, Dout)
                NDArray without =
                        own.sub(
                                contributions(values, scope)
                                        .reshape(own.getShape())); // (1, T, Dout)
                NDArray end = pass.branch(spliced.target(), without).end(); // (1, T, D)
                return effects(pass, end, new Places(tokens, active, values));
            }
        }
    }

    /** A context's tokens, where the latent is active before another token, and its values (T). */
    private record Places(int[] tokens, int[] active, float[] values) {}

    private float[] values(NDArray ids) {
        NDArray rows =
                model.observe(ids, Set.of(spliced.input()))
                        .get(spliced.input())
                        .reshape(-1, spliced.dictionary().inputDim()); // (T, D)
        NDArray latents = spliced.dictionary().encode(rows); // (T, F)
        return latents.get(":, %d".formatted(latent)).toFloatArray();
    }

    /** Returns what the latent's values stand for, (T, Dout). */
    private NDArray contributions(float[] values, NDManager scope) {
        Dictionary dictionary = spliced.dictionary();
        float[] alone = new float[dictionary.dictionarySize()];
        NDArray nothing = scope.create(alone, new Shape(1, alone.length)); // (1, F)
        alone[latent] = 1;
        NDArray unit = scope.create(alone, new Shape(1, alone.length)); // (1, F)
        NDArray direction = dictionary.decode(unit).sub(dictionary.decode(nothing)); // (1, Dout)
        return scope.create(values, new Shape(values.length, 1)).mul(direction); // (T, Dout)
    }

    private List<Effect> effects(SharedPass pass, NDArray end, Places all) {
        NDArray own = pass.end(); // (1, T, D)
        List<Effect> effects = new ArrayList<>();
        for (int from = 0; from < all.active().length; from += PLACES) {
            int to = Math.min(all.active().length, from + PLACES);
            int[] positions = Arrays.copyOfRange(all.active(), from, to);
            double[][] before = logProbabilities(pass, own, positions);
            double[][] after = logProbabilities(pass, end, positions);
            for (int i = 0; i < positions.length; i++) {
                sum(before[i], after[i]);
                int next = all.tokens()[positions[i] + 1];
                float value = all.values()[positions[i]];
                effects.add(new Effect(positions[i], value, before[i][next], after[i][next]));
            }
        }
        return effects;
    }

    private static double[][] logProbabilities(SharedPass pass, NDArray end, int[] positions) {
        long[] places = Arrays.stream(positions).asLongStream().toArray();
        try (NDArray logits = pass.logits(end, places)) { // (n, V)
            float[] all = logits.toFloatArray();
            int size = all.length / positions.length;
            double[][] rows = new double[positions.length][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = logProbabilities(all, i * size, size);
            }
            return rows;
        }
    }

    /** Returns each logit minus the logarithm of the sum of all their exponentials. */
    private static double[] logProbabilities(float[] logits, int from, int size) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int token = 0; token < size; token++) {
            largest = Math.max(largest, logits[from + token]);
        }
        double sum = 0;
        for (int token = 0; token < size; token++) {
            sum += Math.exp(logits[from + token] - largest);
        }
        double[] found = new double[size];
        for (int token = 0; token < size; token++) {
            found[token] = logits[from + token] - largest - Math.log(sum);
        }
        return found;
    }

    private void sum(double[] before, double[] after) {
        for (int token = 0; token < summed.length; token++) {
            summed[token] += after[token] - before[token];
        }
        places++;
    }

    /** Returns the mean change of each token over all places so far, (V); (0) where none was. */
    float[] meanChanges() {
        float[] mean = new float[places == 0 ? 0 : summed.length];
        for (int token = 0; token < mean.length; token++) {
            mean[token] = (float) (summed[token] / places);
        }
        return mean;
    }
}
