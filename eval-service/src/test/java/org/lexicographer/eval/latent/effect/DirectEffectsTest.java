package org.lexicographer.eval.latent.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.eval.latent.LatentRange;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;

class DirectEffectsTest {

    private static final Site SITE = Site.parse("layers.0.mlp.out");
    private static final int DIM = 16;
    private static final int VOCABULARY = 50;
    private static final int LATENTS = 7;

    /** Sums of 16 products of numbers below 1 in float32. */
    private static final float TOLERANCE = 1e-6f;

    private LanguageModel model;
    private NDManager manager;
    private float[] unembedding;
    private float[] normWeights;

    @BeforeEach
    void load(@TempDir Path folder) throws IOException {
        TinyLanguageModel.standard().writeTo(folder);
        model = LanguageModel.load(folder, Device.cpu());
        manager = model.newScope();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            unembedding = floats(file.bytes("embed_out.weight").asFloatBuffer());
            normWeights = floats(file.bytes("gpt_neox.final_layer_norm.weight").asFloatBuffer());
        }
    }

    @AfterEach
    void release() {
        model.close();
    }

    private static float[] floats(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private NDArray decoder() {
        float[] values = new float[LATENTS * DIM];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.cos(i * 1.3);
        }
        return manager.create(values, new Shape(LATENTS, DIM)); // (F, D)
    }

    /** The definition: a plain sum in double for every latent and token. */
    private double effect(float[] decoder, int latent, int token, NormWeights weights) {
        double sum = 0;
        for (int d = 0; d < DIM; d++) {
            double weight = weights == NormWeights.FOLDED ? normWeights[d] : 1;
            sum += decoder[latent * DIM + d] * weight * unembedding[token * DIM + d];
        }
        return sum;
    }

    private List<LogitEffect> effects(NDArray decoder, NormWeights weights) {
        return new DirectEffects(model.directLogits(), SITE).of(decoder, weights).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void effectsAreThoseOfAPlainDoubleLoop(NormWeights weights) {
        float[] rows = decoder().toFloatArray();
        List<LogitEffect> found = effects(decoder(), weights);

        assertThat(found).hasSize(LATENTS);
        for (int latent = 0; latent < LATENTS; latent++) {
            double[] expected = new double[VOCABULARY];
            for (int token = 0; token < VOCABULARY; token++) {
                expected[token] = effect(rows, latent, token, weights);
            }
            Integer[] byEffect = IntStream.range(0, VOCABULARY).boxed().toArray(Integer[]::new);
            Arrays.sort(byEffect, Comparator.comparing(token -> -expected[token]));
            LogitEffect effect = found.get(latent);
            for (int rank = 0; rank < RankedTokens.MOST; rank++) {
                int high = byEffect[rank];
                int low = byEffect[VOCABULARY - 1 - rank];
                assertThat(effect.up().tokens()[rank]).isEqualTo(high);
                assertThat(effect.down().tokens()[rank]).isEqualTo(low);
                assertThat((double) effect.up().values()[rank])
                        .isCloseTo(expected[high], within((double) TOLERANCE));
                assertThat((double) effect.down().values()[rank])
                        .isCloseTo(expected[low], within((double) TOLERANCE));
            }
            assertThat(effect.smallest()).isEqualTo(effect.down().values()[0]);
            assertThat(effect.largest()).isEqualTo(effect.up().values()[0]);
            assertThat(effect.histogram()).containsExactly(histogram(expected));
        }
    }

    private static int[] histogram(double[] values) {
        double smallest = Arrays.stream(values).min().orElseThrow();
        double largest = Arrays.stream(values).max().orElseThrow();
        int[] bins = new int[LatentRange.BINS];
        for (double value : values) {
            int bin = (int) ((value - smallest) / (largest - smallest) * bins.length);
            bins[Math.min(bins.length - 1, bin)]++;
        }
        return bins;
    }

    @Test
    void oneLatentAtATimeGivesTheSameBits() {
        List<LogitEffect> together = effects(decoder(), NormWeights.FOLDED);
        List<LogitEffect> apart =
                new DirectEffects(model.directLogits(), SITE, VOCABULARY)
                        .of(decoder(), NormWeights.FOLDED)
                        .orElseThrow();

        for (int latent = 0; latent < LATENTS; latent++) {
            assertThat(apart.get(latent))
                    .usingRecursiveComparison()
                    .isEqualTo(together.get(latent));
        }
    }

    @Test
    void equalEffectsAreInTheOrderOfTheirTokens() {
        NDArray nothing = manager.zeros(new Shape(1, DIM)); // (1, D)

        LogitEffect effect = effects(nothing, NormWeights.LEFT_OUT).getFirst();

        int[] first = IntStream.range(0, RankedTokens.MOST).toArray();
        assertThat(effect.up().tokens()).containsExactly(first);
        assertThat(effect.down().tokens()).containsExactly(first);
        assertThat(effect.histogram()[0]).isEqualTo(VOCABULARY);
    }

    @Test
    void tiesBehindTheLastPlaceDoNotPushOutEarlierTokens() {
        float[] values = new float[30];
        values[29] = 1;
        values[3] = -1;

        assertThat(RankedTokens.largest(values, 0, 30).tokens())
                .containsExactly(29, 0, 1, 2, 4, 5, 6, 7, 8, 9);
        assertThat(RankedTokens.smallest(values, 0, 30).tokens())
                .containsExactly(3, 0, 1, 2, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void aSiteBeforeANonlinearityHasNone() {
        Site before = Site.parse("layers.0.mlp.in");

        assertThat(
                        new DirectEffects(model.directLogits(), before)
                                .of(decoder(), NormWeights.LEFT_OUT))
                .isEmpty();
    }

    @Test
    void nothingStaysInTheDecodersScope() {
        NDArray decoder = decoder();
        int before = manager.getManagedArrays().size();

        effects(decoder, NormWeights.FOLDED);

        assertThat(manager.getManagedArrays()).hasSize(before);
    }
}
