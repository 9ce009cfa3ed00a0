package org.lexicographer.eval.latent.companion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.latent.RandomLatents;
import org.lexicographer.eval.latent.Written;
import org.lexicographer.eval.latent.companion.CoActivation.OfLatent;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

class CoActivationTest {

    /** Float64 rounding of a handful of operations. */
    private static final double ROUNDING = 1e-12;

    private static final int LATENTS = RandomLatents.LATENTS;
    private static final int CONTEXTS = 60;
    private static final int TOKENS = CONTEXTS * RandomLatents.TOKENS;

    /** Latent 0 is active on every token. */
    private final RandomLatents text = RandomLatents.of(2, CONTEXTS);

    private final Map<Integer, OfLatent> found = new HashMap<>();

    @BeforeEach
    void countInTwoParts(@TempDir Path folder) throws IOException {
        CoActivation together = tokens(0, 25);
        SafetensorsWriter written = new SafetensorsWriter();
        CoActivationFile.write(written, "a.", tokens(25, CONTEXTS));
        try (TensorSource file = Written.file(folder, written)) {
            together.merge(CoActivationFile.read(file, "a."));
        }
        assertThat(together.tokens()).isEqualTo(TOKENS);
        addAll(together);
    }

    private void addAll(CoActivation together) {
        List<OfLatent> all = together.all();
        IntStream.range(0, all.size()).forEach(latent -> found.put(latent, all.get(latent)));
    }

    private CoActivation tokens(int from, int to) {
        CoActivation together = new CoActivation(LATENTS);
        for (int context = from; context < to; context++) {
            together.add(text.context(context));
        }
        return together;
    }

    private boolean isActive(int latent, int token) {
        return text.values()[token / RandomLatents.TOKENS][token % RandomLatents.TOKENS][latent]
                > 0;
    }

    private int both(int left, int right) {
        return (int)
                IntStream.range(0, TOKENS)
                        .filter(token -> isActive(left, token) && isActive(right, token))
                        .count();
    }

    @Test
    void theClosestLatentsAreThoseThatAScanOfAllPairsFinds() {
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
        OfLatent third = found.get(3);
        assertThat(third.jaccard().values()[0])
                .isCloseTo(jaccard(3, third.jaccard().latents()[0]), within(ROUNDING));
        assertThat(third.phi().values()[0])
                .isCloseTo(phi(3, third.phi().latents()[0]), within(ROUNDING));
    }

    @Test
    void whatIsAlwaysActiveTellsNothing() {
        assertThat(found.get(0).phi().values()).containsOnly(0);
        assertThat(found).hasSize(LATENTS);
    }

    @Test
    void howManyAreCountedAtATimeChangesNothing() {
        CoActivation together = tokens(0, CONTEXTS);

        assertThat(together.all(2)).usingRecursiveComparison().isEqualTo(together.all());
        assertThat(together.all(LATENTS - 1)).usingRecursiveComparison().isEqualTo(together.all());
    }

    @Test
    void whatIsNeverActiveGoesWithNone() {
        CoActivation silent = new CoActivation(2);
        addAll(silent);

        assertThat(found.get(1).jaccard().latents()).isEmpty();
    }
}
