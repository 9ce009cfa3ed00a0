package org.lexicographer.trainer.recipe.standard;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Resampling.Scheme;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.update.Parameter;

class ResamplerTest {

    /** Float32 norms and products of a dozen elements. */
    private static final float ROUNDING = 1e-6f;

    private static final int ROWS = 30;
    private static final int WIDTH = 12;
    private static final int PERIOD = 10;
    private static final long STEP = 19;

    private NDManager manager;
    private StandardState state;
    private NDArray inputs; // (B, D)
    private NDArray targets; // (B, Dout)

    @BeforeEach
    void givenTrainedState() {
        manager = NDManager.newBaseManager();
        state =
                StandardState.of(
                        manager, InitialWeights.draw(5, WIDTH, WIDTH, StandardRecipes.LATENTS));
        inputs = StandardRecipes.batch(manager, 1, ROWS, WIDTH); // (B, D)
        targets = StandardRecipes.batch(manager, 2, ROWS, WIDTH); // (B, Dout)
        for (Parameter parameter : state.with(List.of()).parameters()) {
            parameter.firstMoment().addi(0.5);
            parameter.secondMoment().addi(0.25);
        }
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private void givenSilent(int steps, int... latents) {
        float[] silent = new float[StandardRecipes.LATENTS];
        for (int latent : latents) {
            silent[latent] = steps;
        }
        Parameter.write(state.silent().steps(), silent);
    }

    private Resampler resampler(Scheme scheme) {
        return new Resampler(new Resampling(PERIOD, scheme), 11, state);
    }

    @ParameterizedTest
    @CsvSource({"POST, 9", "POST, 19", "DICTIONARY_LEARNING, 10", "DICTIONARY_LEARNING, 20"})
    void isDueOnceAPeriod(Scheme scheme, long due) {
        Resampler resampler = resampler(scheme);

        assertThat(resampler.isDue(due)).isTrue();
        assertThat(resampler.isDue(due - 1)).isFalse();
        assertThat(resampler.isDue(due + 1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"POST, 5", "DICTIONARY_LEARNING, 6"})
    void countsAsDeadWhoWasSilentForHalfAPeriod(Scheme scheme, int steps) {
        givenSilent(steps, 3, 7);
        assertThat(resampler(scheme).dead()).containsExactly(3, 7);

        givenSilent(steps - 1, 3, 7);
        assertThat(resampler(scheme).dead()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void leavesTheLivingAlone(Scheme scheme) {
        // Given
        givenSilent(PERIOD, 3, 7);
        float[] encoder = state.weights().encoderWeight().value().toFloatArray();
        float[] decoder = state.weights().decoderWeight().value().toFloatArray();
        float[] bias = state.encoderBias().value().toFloatArray();

        // When
        int resampled = resampler(scheme).resample(STEP, new Batch(inputs, targets));

        // Then
        assertThat(resampled).isEqualTo(2);
        for (int latent = 0; latent < StandardRecipes.LATENTS; latent++) {
            boolean dead = latent == 3 || latent == 7;
            assertThat(
                            rowOf(state.weights().encoderWeight().value(), latent)
                                    .equals(rowOf(encoder, latent)))
                    .isNotEqualTo(dead);
            assertThat(
                            rowOf(state.weights().decoderWeight().value(), latent)
                                    .equals(rowOf(decoder, latent)))
                    .isNotEqualTo(dead);
            assertThat(state.encoderBias().value().getFloat(latent))
                    .isEqualTo(dead ? 0 : bias[latent]);
        }
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void doesNothingWhereNoneIsDead(Scheme scheme) {
        float[] before = state.weights().encoderWeight().value().toFloatArray();

        assertThat(resampler(scheme).resample(STEP, new Batch(inputs, targets))).isZero();
        assertThat(state.weights().encoderWeight().value().toFloatArray()).containsExactly(before);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void pointsDecoderColumnsAlongTargetsOfTheBatch(Scheme scheme) {
        // Given
        givenSilent(PERIOD, 3, 7);

        // When
        resampler(scheme).resample(STEP, new Batch(inputs, targets));

        // Then
        for (int latent : new int[] {3, 7}) {
            assertThat(sourceRow(latent)).isNotNegative();
        }
    }

    /** Returns the row of the batch whose normalised target a decoder column equals, or -1. */
    private int sourceRow(int latent) {
        NDArray column = state.weights().decoderWeight().value().get(new NDIndex(latent)); // (Dout)
        return IntStream.range(0, ROWS)
                .filter(
                        row -> {
                            NDArray target = targets.get(new NDIndex(row)); // (Dout)
                            NDArray unit = target.div(target.norm()); // (Dout)
                            return unit.sub(column).abs().max().getFloat() < ROUNDING;
                        })
                .findFirst()
                .orElse(-1);
    }

    @Test
    void postSchemeGivesEncodersAFifthOfTheMeanLivingRow() {
        // Given
        givenSilent(PERIOD, 0, 1);
        NDArray living =
                state.weights().encoderWeight().value().get(new NDIndex("2:")); // (F - 2, D)
        float[] expected = living.mean(new int[] {0}).mul(0.2).toFloatArray();

        // When
        resampler(Scheme.POST).resample(STEP, new Batch(inputs, targets));

        // Then
        for (int latent : new int[] {0, 1}) {
            assertThat(
                            state.weights()
                                    .encoderWeight()
                                    .value()
                                    .get(new NDIndex(latent))
                                    .toFloatArray())
                    .usingComparatorWithPrecision(ROUNDING)
                    .containsExactly(expected);
        }
    }

    @Test
    void laterSchemeGivesEncodersTheInputScaledByAFifthOfTheMeanLivingNorm() {
        // Given
        givenSilent(PERIOD, 0, 1);
        NDArray living =
                state.weights().encoderWeight().value().get(new NDIndex("2:")); // (F - 2, D)
        float meanNorm = living.square().sum(new int[] {1}).sqrt().mean().getFloat();

        // When
        resampler(Scheme.DICTIONARY_LEARNING).resample(STEP, new Batch(inputs, targets));

        // Then
        for (int latent : new int[] {0, 1}) {
            NDArray input = inputs.get(new NDIndex(sourceRow(latent))); // (D)
            assertThat(
                            state.weights()
                                    .encoderWeight()
                                    .value()
                                    .get(new NDIndex(latent))
                                    .toFloatArray())
                    .usingComparatorWithPrecision(ROUNDING)
                    .containsExactly(input.mul(0.2f * meanNorm).toFloatArray());
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, 0.5", "DICTIONARY_LEARNING, 0"})
    void forgetsTheMomentsOfTheResampled(Scheme scheme, float decoderMoment) {
        // Given
        givenSilent(PERIOD, 4);

        // When
        resampler(scheme).resample(STEP, new Batch(inputs, targets));

        // Then
        assertThat(state.weights().encoderWeight().firstMoment().getFloat(4, 2)).isZero();
        assertThat(state.weights().encoderWeight().secondMoment().getFloat(4, 2)).isZero();
        assertThat(state.encoderBias().firstMoment().getFloat(4)).isZero();
        assertThat(state.weights().decoderWeight().firstMoment().getFloat(4, 2))
                .isEqualTo(decoderMoment);
        assertThat(state.weights().encoderWeight().firstMoment().getFloat(5, 2)).isEqualTo(0.5f);
        assertThat(state.silent().steps().getFloat(4)).isZero();
    }

    @Test
    void laterSchemeResamplesAtMostOneLatentPerRow() {
        // Given
        int[] all = IntStream.range(0, StandardRecipes.LATENTS).toArray();
        givenSilent(PERIOD, all);

        // When
        int resampled =
                resampler(Scheme.DICTIONARY_LEARNING).resample(STEP, new Batch(inputs, targets));

        // Then
        assertThat(resampled).isEqualTo(ROWS);
        assertThat(IntStream.range(0, ROWS).map(this::sourceRow)).doesNotHaveDuplicates();
        assertThat(sourceRow(ROWS)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void survivesThatNoLatentLives(Scheme scheme) {
        // Given
        givenSilent(PERIOD, IntStream.range(0, StandardRecipes.LATENTS).toArray());

        // When
        resampler(scheme).resample(STEP, new Batch(inputs, targets));

        // Then
        for (float weight : state.weights().encoderWeight().value().toFloatArray()) {
            assertThat(weight).isFinite();
        }
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void neverDrawsARowWithoutADirection(Scheme scheme) {
        // Given
        float[] values = new float[ROWS * WIDTH];
        Arrays.fill(values, 8 * WIDTH, 9 * WIDTH, 2);
        Parameter.write(targets, values);
        givenSilent(PERIOD, 6);

        // When
        resampler(scheme).resample(STEP, new Batch(inputs, targets));

        // Then
        assertThat(sourceRow(6)).isEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void drawsTheSameForTheSameStepAlone(Scheme scheme) {
        assertThat(drawn(scheme, STEP)).isEqualTo(drawn(scheme, STEP));
        assertThat(drawn(scheme, STEP)).isNotEqualTo(drawn(scheme, STEP + PERIOD));
    }

    private float[] drawn(Scheme scheme, long step) {
        try (NDManager own = manager.newSubManager()) {
            StandardState fresh =
                    StandardState.of(
                            own, InitialWeights.draw(5, WIDTH, WIDTH, StandardRecipes.LATENTS));
            fresh.silent().steps().addi(PERIOD);
            new Resampler(new Resampling(PERIOD, scheme), 11, fresh)
                    .resample(step, new Batch(inputs, targets));
            return fresh.weights().decoderWeight().value().toFloatArray();
        }
    }

    private static List<Float> rowOf(NDArray matrix, int row) {
        return rowOf(matrix.toFloatArray(), row);
    }

    private static List<Float> rowOf(float[] matrix, int row) {
        return IntStream.range(row * WIDTH, (row + 1) * WIDTH).mapToObj(k -> matrix[k]).toList();
    }
}
