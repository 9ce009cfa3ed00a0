package org.lexicographer.trainer.recipe.update;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpdateTest {

    /** A few float32 operations on numbers of size 1. */
    private static final float ROUNDING = 1e-6f;

    private NDManager manager;
    private Parameter decoder; // (2, 2)
    private Parameter bias; // (2)

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        decoder =
                Parameter.of(
                        manager, "decoderWeight", new float[] {1, 0, 0.6f, 0.8f}, new Shape(2, 2));
        bias = Parameter.of(manager, "bias", new float[] {0, 0}, new Shape(2));
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private void apply(Update update, float[] decoderGradient, float[] biasGradient) {
        Gradients gradients =
                new Gradients()
                        .with(decoder, manager.create(decoderGradient, new Shape(2, 2)))
                        .with(bias, manager.create(biasGradient));
        update.apply(gradients, decoder, 0.1, 1);
    }

    /** Returns the gradient that Adam saw: with beta1 = 0 the first moment is it. */
    private static float[] seen(Parameter parameter) {
        return parameter.firstMoment().toFloatArray();
    }

    @Test
    void cutsAllGradientsTogetherDownToTheNorm() {
        // Given a norm of 10
        apply(new Update(DecoderNorm.FREE, 0, 2), new float[] {4, 4, 2, 0}, new float[] {0, 8});

        // Then
        assertThat(seen(decoder))
                .usingComparatorWithPrecision(ROUNDING)
                .containsExactly(0.8f, 0.8f, 0.4f, 0);
        assertThat(seen(bias)).usingComparatorWithPrecision(ROUNDING).containsExactly(0, 1.6f);
    }

    @Test
    void leavesGradientsBelowTheNorm() {
        apply(new Update(DecoderNorm.FREE, 0, 2), new float[] {1, 0, 0, 0}, new float[] {0, 1});

        assertThat(seen(decoder)).containsExactly(1, 0, 0, 0);
    }

    @Test
    void leavesAllGradientsWhereNoNormIsGiven() {
        apply(new Update(DecoderNorm.FREE, 0, 0), new float[] {9, 0, 0, 0}, new float[] {0, 9});

        assertThat(seen(decoder)).containsExactly(9, 0, 0, 0);
    }

    @Test
    void takesOutWhatIsParallelToAColumnBeforeTheNormIsTaken() {
        // Given gradients along the columns, and a unit across the second
        apply(
                new Update(DecoderNorm.GUARDED_UNIT, 0, 1),
                new float[] {100, 0, 60 - 0.8f, 80 + 0.6f},
                new float[] {0, 0});

        // Then
        assertThat(seen(decoder))
                .usingComparatorWithPrecision(1e-3f)
                .containsExactly(0, 0, -0.8f, 0.6f);
    }

    @Test
    void scalesColumnsBackToNormOne() {
        apply(new Update(DecoderNorm.UNIT, 0.9, 0), new float[] {0, 5, 3, -3}, new float[] {1, 1});

        NDArray norms = decoder.value().square().sum(new int[] {1}).sqrt(); // (2)
        assertThat(norms.toFloatArray())
                .usingComparatorWithPrecision(ROUNDING)
                .containsExactly(1, 1);
    }

    @Test
    void movesByTheLearningRateAtFirst() {
        apply(new Update(DecoderNorm.FREE, 0.9, 0), new float[4], new float[] {3, -7});

        assertThat(bias.value().toFloatArray())
                .usingComparatorWithPrecision(ROUNDING)
                .containsExactly(-0.1f, 0.1f);
    }
}
