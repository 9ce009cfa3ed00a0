package org.lexicographer.eval.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.latent.CoActivation.OfLatent;

class CoActivationTest {

    /** Float64 rounding of a handful of operations. */
    private static final double ROUNDING = 1e-12;

    private static final int LATENTS = 16;
    private static final int TOKENS = 500;

    private final boolean[][] active = new boolean[LATENTS][TOKENS];
    private final Map<Integer, OfLatent> found = new HashMap<>();

    private void countRandomTokens() {
        Random random = new Random(2);
        CoActivation together = new CoActivation(LATENTS);
        for (int token = 0; token < TOKENS; token++) {
            int now = token;
            // Latent 0 is always active, latent 15 never.
            together.add(
                    IntStream.range(0, LATENTS)
                            .filter(latent -> latent < 15 && random.nextInt(latent + 1) == 0)
                            .peek(latent -> active[latent][now] = true)
                            .toArray());
        }
        together.visit(found::put);
    }

    private int both(int left, int right) {
        return (int)
                IntStream.range(0, TOKENS)
                        .filter(token -> active[left][token] && active[right][token])
                        .count();
    }

    @Test
    void theClosestLatentsAreThoseThatAScanOfAllPairsFinds() {
        countRandomTokens();

        for (int latent = 0; latent < LATENTS; latent++) {
            int own = latent;
            assertThat(found.get(latent).jaccard().latents())
                    .isEqualTo(closest(latent, other -> jaccard(own, other)));
            assertThat(found.get(latent).phi().latents())
                    .isEqualTo(closest(latent, other -> phi(own, other)));
        }
    }

    private int[] closest(int latent, IntToDoubleFunction value) {
        List<Integer> sorted =
                IntStream.range(0, LATENTS)
                        .filter(other -> other != latent && both(latent, other) > 0)
                        .boxed()
                        .sorted(Comparator.comparing(other -> -value.applyAsDouble(other)))
                        .limit(CloseLatents.MOST)
                        .toList();
        return sorted.stream().mapToInt(Integer::intValue).toArray();
    }

    private double jaccard(int left, int right) {
        double both = both(left, right);
        return both / (both(left, left) + both(right, right) - both);
    }

    private double phi(int left, int right) {
        double p = (double) both(left, left) / TOKENS;
        double q = (double) both(right, right) / TOKENS;
        double divisor = Math.sqrt(p * (1 - p) * q * (1 - q));
        return divisor == 0 ? 0 : ((double) both(left, right) / TOKENS - p * q) / divisor;
    }

    @Test
    void valuesAreThoseOfTheirFormulas() {
        countRandomTokens();

        OfLatent third = found.get(3);
        assertThat(third.jaccard().values()[0])
                .isCloseTo(jaccard(3, third.jaccard().latents()[0]), within(ROUNDING));
        assertThat(third.phi().values()[0])
                .isCloseTo(phi(3, third.phi().latents()[0]), within(ROUNDING));
    }

    @Test
    void whatIsNeverActiveGoesWithNone() {
        countRandomTokens();

        assertThat(found.get(15).jaccard().latents()).isEmpty();
        assertThat(found).hasSize(LATENTS);
    }
}
