package org.lexicographer.trainer.recipe.anneal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;

class AnnealedNormTest {

    /** Sums of three float32 powers. */
    private static final double ROUNDING = 1e-5;

    private NDManager manager;
    private NDArray latents; // (2, 3)

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        latents = manager.create(new float[][] {{4, 0, 1}, {0, 0, 9}}); // (2, 3)
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private static NormAnneal settings(
            NormAnneal.Function function, int start, int end, double pEnd, int updates) {
        return new NormAnneal(function, start, end, 1, pEnd, updates, 2);
    }

    private static AnnealedNorm norm(NormAnneal settings) {
        return new AnnealedNorm(settings, 0.5, Compatibility.PAPER);
    }

    @Test
    void sumsPowersOrTakesTheirRoot() {
        NormAnneal half = new NormAnneal(NormAnneal.Function.LP_TO_P, 0, 9, 0.5, 0.5, 1, 1);
        NormAnneal root = new NormAnneal(NormAnneal.Function.LP, 0, 9, 0.5, 0.5, 1, 1);

        assertThat(norm(half).value(latents)).isCloseTo((2 + 1 + 3) / 2.0, within(ROUNDING));
        assertThat(norm(root).value(latents)).isCloseTo((9 + 9) / 2.0, within(ROUNDING));
    }

    @Test
    void lowersTheExponentInEvenStepsAndReachesTheLast() {
        AnnealedNorm norm = norm(settings(NormAnneal.Function.LP_TO_P, 2, 6, 0.5, 3));

        double[] exponents =
                IntStream.range(0, 8)
                        .mapToDouble(
                                step -> {
                                    norm.step(latents, step);
                                    return norm.p();
                                })
                        .toArray();

        assertThat(exponents).containsExactly(1, 1, 1, 1, 0.75, 0.75, 0.5, 0.5);
    }

    @Test
    void neverReachesALastUpdateThatComesAfterTheLastStep() {
        int steps = 10;
        AnnealedNorm norm = norm(settings(NormAnneal.Function.LP_TO_P, 2, steps, 0.2, 5));

        IntStream.range(0, steps).forEach(step -> norm.step(latents, step));

        // As dictionary_learning does: of 1, 0.8, 0.6, 0.4, 0.2 the last is left out.
        assertThat(norm.p()).isCloseTo(0.4, within(ROUNDING));
    }

    @Test
    void keepsThePenaltysSizeWhenTheExponentFalls() {
        AnnealedNorm norm = norm(settings(NormAnneal.Function.LP_TO_P, 0, 2, 0.5, 2));
        norm.step(latents, 0);
        norm.step(latents, 1);
        double before = norm.weight() * norm.value(latents);

        // When
        norm.step(latents, 2);

        // Then
        assertThat(norm.p()).isEqualTo(0.5);
        assertThat(norm.weight() * norm.value(latents)).isCloseTo(before, within(ROUNDING));
        assertThat(norm.weight()).isGreaterThan(0.5);
    }

    @Test
    void keepsTheWeightWhenNothingWasActive() {
        AnnealedNorm norm = norm(settings(NormAnneal.Function.LP_TO_P, 0, 2, 0.5, 2));
        NDArray silent = latents.zerosLike(); // (2, 3)

        IntStream.range(0, 3).forEach(step -> norm.step(silent, step));

        assertThat(norm.p()).isEqualTo(0.5);
        assertThat(norm.weight()).isEqualTo(0.5);
    }

    @Test
    void countsActiveLatentsAtAnExponentOfZeroOrAllOfThemAsTheToolDoes() {
        NormAnneal zero = new NormAnneal(NormAnneal.Function.LP_TO_P, 0, 9, 0, 0, 1, 1);

        assertThat(new AnnealedNorm(zero, 1, Compatibility.PAPER).value(latents)).isEqualTo(1.5);
        assertThat(new AnnealedNorm(zero, 1, Compatibility.DICTIONARY_LEARNING).value(latents))
                .isEqualTo(3);
        assertThat(norm(zero).gradient(latents, 1).toFloatArray()).containsOnly(0);
    }

    @Test
    void spacesUpdatesAsPyTorchsLinspaceDoes() {
        // torch.linspace(3, 60, 9, dtype=int)
        AnnealedNorm norm = norm(settings(NormAnneal.Function.LP_TO_P, 3, 60, 0.2, 9));

        assertThat(IntStream.range(0, 9).mapToLong(norm::updateStep))
                .containsExactly(3L, 10L, 17L, 24L, 31L, 38L, 45L, 52L, 60L);
    }
}
