package org.lexicographer.trainer.recipe.anneal;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.loss.KernelStep.Penalty;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.ReluStep;

/**
 * A penalty R_p of p-th powers of latents f, none negative, whose p falls step by step (Karvonen et
 * al., <a href="https://arxiv.org/abs/2408.00113">Measuring Progress in Dictionary Learning for
 * Language Model Interpretability with Board Game Models</a>, 2024, section 3.2, and
 * dictionary_learning 0.1's PAnnealTrainer).
 *
 * <pre>
 *   lp^p: R_p = 1 / B sum f^p                 dR/df = p f^(p - 1) / B
 *   lp:   R_p = 1 / B sum_b S_b^(1/p)         dR/df = S_b^(1/p - 1) f^(p - 1) / B,  S_b = sum f^p
 * </pre>
 *
 * The k-th update (k = 0, 1, ...) makes p the k-th value; from the second on, the weight is
 * multiplied by the ratio of the mean R of the last steps under the old p to that under the new.
 * Values and ratios are float32, as there; where nothing was active the weight stays. At p = 0, R
 * counts the active latents; in dictionary_learning, where 0^0 is 1, it counts all.
 */
public final class AnnealedNorm implements RecipeState.Counter {

    private static final String STATE = "anneal";
    private static final String WINDOW = "annealWindow";

    private final NormAnneal settings;
    private final Compatibility compatibility;
    private final Deque<double[]> window = new ArrayDeque<>();
    private double weight;
    private double p;
    private int updates;

    public AnnealedNorm(NormAnneal settings, double weight, Compatibility compatibility) {
        this.settings = settings;
        this.weight = weight;
        this.compatibility = compatibility;
        this.p = settings.pStart();
    }

    /** Returns the penalty's weight in this step. */
    public double weight() {
        return weight;
    }

    /** Returns the exponent of this step. */
    public double p() {
        return p;
    }

    /** Returns dR/df times {@code scale} where f is positive; other values do not matter. */
    public NDArray gradient(NDArray latents, double scale) {
        if (p == 0) {
            return latents.zerosLike(); // (B, F)
        }
        double factor = scale / latents.getShape().get(0);
        NDArray powers = latents.pow((float) (p - 1)); // (B, F)
        if (settings.function() == NormAnneal.Function.LP_TO_P) {
            return powers.muli((float) (factor * p)); // (B, F)
        }
        NDArray sums = latents.pow((float) p).sum(new int[] {1}, true); // (B, 1)
        return powers.muli(sums.pow((float) (1 / p - 1)).muli((float) factor)); // (B, F)
    }

    /**
     * Returns what one row adds to B R under an exponent.
     *
     * @param latents its positive latents
     * @param from the first entry
     * @param to one past the last entry
     * @param dictionarySize F
     */
    public double rowValue(float[] latents, int from, int to, double exponent, int dictionarySize) {
        if (exponent == 0 && compatibility == Compatibility.PAPER) {
            return to - from;
        }
        double sum = exponent == 0 ? dictionarySize : sumOfPowers(latents, from, to, exponent);
        return settings.function() == NormAnneal.Function.LP_TO_P
                ? sum
                : Math.pow(sum, 1 / exponent);
    }

    private static double sumOfPowers(float[] latents, int from, int to, double exponent) {
        double sum = 0;
        if (exponent == 1) {
            for (int n = from; n < to; n++) {
                sum += latents[n];
            }
        } else {
            for (int n = from; n < to; n++) {
                sum += Math.pow(latents[n], (float) exponent);
            }
        }
        return sum;
    }

    /** Adds B dR/df times {@code scale} to the gradients of one row's positive latents. */
    public void addRowGradient(float[] latents, float[] gradients, int from, int to, double scale) {
        if (p == 0) {
            return;
        }
        if (p == 1) {
            for (int n = from; n < to; n++) {
                gradients[n] += (float) scale;
            }
            return;
        }
        double factor = scale * p;
        if (settings.function() == NormAnneal.Function.LP) {
            double sum = sumOfPowers(latents, from, to, p);
            factor = scale * Math.pow(sum, (float) (1 / p - 1));
        }
        for (int n = from; n < to; n++) {
            gradients[n] += (float) (factor * Math.pow(latents[n], (float) (p - 1)));
        }
    }

    /** Returns R under the exponent of this step. */
    public double value(NDArray latents) {
        return value(latents, p);
    }

    private double value(NDArray latents, double exponent) {
        double rows = latents.getShape().get(0);
        if (exponent == 0 && compatibility == Compatibility.PAPER) {
            return ReluStep.sum(latents.sign()) / rows;
        }
        NDArray sums = latents.pow((float) exponent).sum(new int[] {1}); // (B)
        return settings.function() == NormAnneal.Function.LP_TO_P
                ? ReluStep.sum(sums) / rows
                : ReluStep.sum(sums.pow((float) (1 / exponent))) / rows;
    }

    /**
     * Returns R times {@code scale} and its weight as kernels take it; empty where an exponent is
     * 0, which makes a number of what is 0.
     */
    public Optional<Penalty> penalty(double scale, long rows) {
        return p > 0 && next() > 0
                ? Optional.of(
                        new Penalty(
                                scale * weight,
                                1.0 / rows,
                                p,
                                next(),
                                settings.function() == NormAnneal.Function.LP))
                : Optional.empty();
    }

    /** Looks at a step's latents (B, F) and updates p and the weight if it is time to. */
    public void step(NDArray latents, long step) {
        if (compares()) {
            step(value(latents), value(latents, next()), step);
        } else {
            step(0, 0, step);
        }
    }

    /**
     * Updates p and the weight if it is time to. Arrays of a GPU are read only where they are
     * looked at, for which the step has to end.
     *
     * @param now R of a step under p ()
     * @param then R under the next exponent ()
     */
    public void step(NDArray now, NDArray then, long step) {
        if (compares()) {
            step(now.getFloat(), then.getFloat(), step);
        } else {
            step(0, 0, step);
        }
    }

    /** Tells whether R under the next exponent is looked at too. */
    public boolean compares() {
        return updates > 0;
    }

    /**
     * Updates p and the weight if it is time to.
     *
     * @param now R of a step under p
     * @param then R under the next exponent; both are looked at only where the norm {@link
     *     #compares}
     */
    public void step(double now, double then, long step) {
        if (compares()) {
            window.add(new double[] {now, then});
            if (window.size() > settings.window()) {
                window.remove();
            }
        }
        // At most one update a step, and none is passed over: each step of the list counts once.
        if (updates < settings.updates() && step == updateStep(updates)) {
            // Where nothing was active there is nothing to compare.
            if (updates > 0 && mean(0) > 0 && mean(1) > 0) {
                weight *= mean(0) / mean(1);
            }
            p = value(updates);
            updates++;
        }
    }

    private float mean(int which) {
        float sum = 0;
        for (double[] norms : window) {
            sum += (float) norms[which];
        }
        return sum / window.size();
    }

    /** Returns what {@link PowerNormText} takes, for a gradient times {@code scale} and alpha. */
    public List<Double> numbers(double scale) {
        return List.of(
                p,
                1 / p,
                next(),
                1 / next(),
                scale * weight,
                settings.function() == NormAnneal.Function.LP ? 1.0 : 0.0,
                compatibility == Compatibility.PAPER ? 1.0 : 0.0);
    }

    /** Returns the exponent after the next update. */
    public double next() {
        return updates < settings.updates() ? value(updates) : settings.pEnd();
    }

    /** The k-th of evenly spaced whole numbers, rounded down, as PyTorch's linspace has them. */
    long updateStep(int k) {
        int last = settings.updates() - 1;
        if (last == 0) {
            return settings.start();
        }
        double spacing = (double) (settings.end() - settings.start()) / last;
        return k < settings.updates() / 2
                ? (long) (settings.start() + spacing * k)
                : (long) (settings.end() - spacing * (last - k));
    }

    /** The k-th of evenly spaced float32 numbers, as PyTorch's linspace has them. */
    float value(int k) {
        int last = settings.updates() - 1;
        float start = (float) settings.pStart();
        float end = (float) settings.pEnd();
        if (last == 0) {
            return start;
        }
        float spacing = (end - start) / last;
        return k < settings.updates() / 2 ? start + spacing * k : end - spacing * (last - k);
    }

    @Override
    public void save(SafetensorsWriter writer, String prefix) {
        writer.addLongs(
                prefix + STATE,
                List.of(3L),
                new long[] {Double.doubleToLongBits(weight), Double.doubleToLongBits(p), updates});
        long[] bits =
                window.stream()
                        .flatMapToLong(
                                norms -> Arrays.stream(norms).mapToLong(Double::doubleToLongBits))
                        .toArray();
        writer.addLongs(prefix + WINDOW, List.of((long) bits.length), bits);
    }

    @Override
    public void restore(TensorSource tensors, String prefix) {
        long[] state = tensors.longs(prefix + STATE);
        weight = Double.longBitsToDouble(state[0]);
        p = Double.longBitsToDouble(state[1]);
        updates = Math.toIntExact(state[2]);
        window.clear();
        long[] bits = tensors.longs(prefix + WINDOW);
        for (int i = 0; i < bits.length; i += 2) {
            window.add(
                    new double[] {
                        Double.longBitsToDouble(bits[i]), Double.longBitsToDouble(bits[i + 1])
                    });
        }
    }
}
