package org.lexicographer.eval.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.lexicographer.eval.metric.SparseRows;

/** A text of random latents: some contexts, and the whole as a dense array to compare with. */
public record RandomLatents(float[][][] values) {

    public static final int LATENTS = 7;
    public static final int TOKENS = 9;

    /** Latent i is active on a token with probability 2^-i, so that the last ones are rare. */
    public static RandomLatents of(long seed, int contexts) {
        Random random = new Random(seed);
        float[][][] values = new float[contexts][TOKENS][LATENTS];
        for (float[][] context : values) {
            for (float[] token : context) {
                for (int latent = 0; latent < LATENTS; latent++) {
                    if (random.nextInt(1 << latent) == 0) {
                        // Few different values, so that some are equal.
                        token[latent] = (1 + random.nextInt(40)) / 8f;
                    }
                }
            }
        }
        return new RandomLatents(values);
    }

    int contexts() {
        return values.length;
    }

    SparseRows rows(int context) {
        List<Integer> latents = new ArrayList<>();
        List<Float> found = new ArrayList<>();
        int[] starts = new int[TOKENS + 1];
        for (int token = 0; token < TOKENS; token++) {
            for (int latent = 0; latent < LATENTS; latent++) {
                if (values[context][token][latent] != 0) {
                    latents.add(latent);
                    found.add(values[context][token][latent]);
                }
            }
            starts[token + 1] = latents.size();
        }
        float[] array = new float[found.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = found.get(i);
        }
        return new SparseRows(
                starts, latents.stream().mapToInt(Integer::intValue).toArray(), array);
    }

    public ContextLatents context(int number) {
        boolean[] all = new boolean[TOKENS];
        Arrays.fill(all, true);
        ContextLatents latents = new ContextLatents(LATENTS);
        latents.set(number, rows(number), all);
        return latents;
    }

    LatentCounts counts(int from, int to) {
        LatentCounts counts = new LatentCounts(LATENTS);
        for (int context = from; context < to; context++) {
            counts.add(context(context));
        }
        return counts;
    }

    LatentCounts counts() {
        return counts(0, contexts());
    }

    ActivityLog activity(int from, int to) {
        ActivityLog activity = new ActivityLog();
        for (int context = from; context < to; context++) {
            activity.add(context(context));
        }
        return activity;
    }

    /** Checks that counts are those of the whole text. */
    void assertCounts(LatentCounts found) {
        LatentCounts expected = counts();
        assertThat(found.contexts()).isEqualTo(expected.contexts());
        assertThat(found.tokens()).isEqualTo(expected.tokens());
        assertThat(found.top()).usingRecursiveComparison().isEqualTo(expected.top());
        for (int latent = 0; latent < LATENTS; latent++) {
            assertThat(found.totals(latent)).isEqualTo(expected.totals(latent));
            assertThat(found.histogram(latent))
                    .usingRecursiveComparison()
                    .isEqualTo(expected.histogram(latent));
        }
    }

    LatentSamples samples(long seed, int from, int to) {
        LatentSamples samples = new LatentSamples(counts(), seed);
        for (int context = from; context < to; context++) {
            samples.add(context(context));
        }
        return samples;
    }

    /** Returns a latent's values in a context, 0 where it is silent. */
    float[] ofLatent(int context, int latent) {
        float[] column = new float[TOKENS];
        for (int token = 0; token < TOKENS; token++) {
            column[token] = values[context][token][latent];
        }
        return column;
    }

    float maximum(int context, int latent) {
        float maximum = 0;
        for (float value : ofLatent(context, latent)) {
            maximum = Math.max(maximum, value);
        }
        return maximum;
    }
}
