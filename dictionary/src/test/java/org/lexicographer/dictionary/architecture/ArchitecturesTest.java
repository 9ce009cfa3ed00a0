package org.lexicographer.dictionary.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.pipeline.Site;

/** What holds for every architecture. */
class ArchitecturesTest extends WithActivations {

    private static final Site SITE = Site.parse("layers.3.mlp.out");

    /**
     * Float32 products of a few terms, rounded in another order; a share of the largest value, as
     * terms that nearly cancel keep the rounding of their size.
     */
    private static final float ROUNDING = 2e-6f;

    ArchitecturesTest() {
        super(99);
    }

    static Stream<Architecture> architectures() {
        return RandomDictionaries.architectures().stream();
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void foldsOneScale(Architecture architecture) {
        assertThatFoldingKeepsTheFunction(
                RandomDictionaries.of(manager, architecture, true), new Normalization(12.5, 12.5));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void foldsTwoScales(Architecture architecture) {
        assertThatFoldingKeepsTheFunction(
                RandomDictionaries.of(manager, architecture, true), new Normalization(0.5, 3));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void foldsTwoScalesWhereWidthsDiffer(Architecture architecture) {
        assertThatFoldingKeepsTheFunction(
                RandomDictionaries.of(manager, architecture, RandomDictionaries.DIM + 2, false),
                new Normalization(3, 0.5));
    }

    private void assertThatFoldingKeepsTheFunction(Dictionary dictionary, Normalization scales) {
        // When
        Dictionary folded = dictionary.fold(scales);

        // Then
        NDArray raw = activations.mul(scales.input()); // (N, D)
        assertClose(
                folded.encode(raw), dictionary.encode(activations).mul(scales.target()), "encode");
        assertClose(
                folded.reconstruct(raw),
                dictionary.reconstruct(activations).mul(scales.target()),
                "reconstruct");
    }

    private static void assertClose(NDArray found, NDArray expected, String what) {
        float[] values = expected.toFloatArray();
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(found.toFloatArray())
                .as(what)
                .usingComparatorWithPrecision(ROUNDING * largest)
                .containsExactly(values);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void storesAndLoadsTheSameFunction(Architecture architecture) throws IOException {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, architecture, true);
        DictionaryConfig config =
                DictionaryConfig.of(dictionary, SITE, SITE, Optional.empty(), Optional.empty());
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        DictionaryFormat.weights(dictionary).writeTo(weights);

        // When
        byte[] json = DictionaryFormat.config(config);
        Dictionary read = DictionaryFormat.read(manager, json, weights.toByteArray());

        // Then
        assertThat(DictionaryFormat.readConfig(json)).isEqualTo(config);
        assertThat(read).hasSameClassAs(dictionary);
        assertThat(read.encode(activations)).isEqualTo(dictionary.encode(activations));
        assertThat(read.reconstruct(activations)).isEqualTo(dictionary.reconstruct(activations));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void leavesNothingBehindButItsResults(Architecture architecture) {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, architecture, true);
        int before = manager.getManagedArrays().size();

        // When
        for (int i = 0; i < 10; i++) {
            dictionary.reconstruct(activations).close();
            dictionary.fold(new Normalization(2, 3)).close();
        }

        // Then
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void releasesItsWeights(Architecture architecture) {
        int before = manager.getManagedArrays().size();

        RandomDictionaries.of(manager, architecture, true).close();

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void encodesNoRowsAtAll(Architecture architecture) {
        Dictionary dictionary = RandomDictionaries.of(manager, architecture, true);

        NDArray none = manager.create(new Shape(0, RandomDictionaries.DIM)); // (0, D)

        assertThat(dictionary.encode(none).getShape())
                .isEqualTo(new Shape(0, RandomDictionaries.SIZE));
    }

    @Test
    void topKKeepsTheFirstOfEqualValues() {
        // Given
        NDArray values =
                manager.create(
                        new float[] {1, 2, 2, 2, 0, 3, 0, 0, 0, 0, 1, 1, 1, 0, 1},
                        new Shape(3, 5)); // (N, F)

        // When
        NDArray kept = Selection.largest(values, 2); // (N, F)

        // Then
        assertThat(kept.toFloatArray())
                .containsExactly(0, 2, 2, 0, 0, 3, 0, 0, 0, 0, 1, 1, 0, 0, 0);
    }

    @Test
    void topKKeepsKOfEachRow() {
        Dictionary dictionary = RandomDictionaries.of(manager, Architecture.TOP_K, true);

        NDArray active = dictionary.encode(activations).gt(0).sum(new int[] {1}); // (N)

        assertThat(active.toLongArray()).containsOnly(3);
    }

    @Test
    void aClosedGateHidesAnInfiniteMagnitude() {
        // Given
        NDArray row = manager.create(new float[] {1}, new Shape(1, 1)); // (1, 1)
        GatedDictionary dictionary =
                new GatedDictionary(
                        manager.create(new float[] {1e38f}, new Shape(1, 1)), // (D, F)
                        manager.create(new float[] {80}), // (F)
                        manager.create(new float[] {-2e38f}), // (F)
                        manager.create(new float[] {0}), // (F)
                        manager.create(new float[] {1}, new Shape(1, 1)), // (F, D)
                        manager.create(new float[] {0}), // (D)
                        false);

        // Then
        assertThat(dictionary.encode(row).toFloatArray()).containsExactly(0);
    }

    @Test
    void rejectsAMagnitudeScaleThatOverflows() {
        NDArray one = manager.ones(new Shape(1)); // (1)
        NDArray square = manager.ones(new Shape(1, 1)); // (1, 1)

        assertThatThrownBy(
                        () ->
                                new GatedDictionary(
                                        square, one.mul(89), one, one, square, one, false))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("magnitude scale overflows");
    }

    @Test
    void aThresholdIsThatOfAJumpReluForEachLatent() {
        // Given
        TopKDictionary dictionary = batchTopK();

        // When
        JumpReluDictionary jump =
                new JumpReluDictionary(
                        dictionary.encoderWeight(), // (D, F)
                        dictionary.encoderBias(), // (F)
                        dictionary.decoderWeight(), // (F, D)
                        dictionary.decoderBias(), // (D)
                        dictionary.encoderBias().zerosLike().add(threshold(dictionary)), // (F)
                        dictionary.subtractDecoderBias());

        // Then
        assertThat(jump.encode(activations)).isEqualTo(dictionary.encode(activations));
    }

    @Test
    void aThresholdNeverLearnedLeavesAPlainRelu() {
        // Given
        TopKDictionary learned = batchTopK();
        TopKDictionary dictionary =
                rebuilt(learned, Architecture.BATCH_TOP_K, ActiveLatents.above(-1, 3));

        // When
        TopKDictionary folded = dictionary.fold(new Normalization(2, 2));

        // Then
        assertThat(threshold(folded)).isEqualTo(-1);
        assertThat(dictionary.encode(activations).gt(0).sum().getLong())
                .isGreaterThan(learned.encode(activations).gt(0).sum().getLong());
    }

    private TopKDictionary batchTopK() {
        return (TopKDictionary) RandomDictionaries.of(manager, Architecture.BATCH_TOP_K, true);
    }

    private static float threshold(TopKDictionary dictionary) {
        return dictionary.activeLatents().orElseThrow().threshold();
    }

    @Test
    void rejectsSettingsThatDoNotFitTheArchitecture() {
        assertMisfit(
                Architecture.BATCH_TOP_K,
                ActiveLatents.topK(3),
                "architecture must use its threshold: architecture=batchTopK");
        assertMisfit(
                Architecture.BATCH_TOP_K,
                ActiveLatents.above(1, 25),
                "k out of range: max=24, found=25");
        assertMisfit(
                Architecture.MATRYOSHKA_BATCH_TOP_K,
                ActiveLatents.grouped(1, 3, List.of(12, 11)),
                "group sizes mismatch: expected sum=24, found=[12, 11], architecture=matryoshkaBatchTopK");
    }

    private void assertMisfit(Architecture architecture, ActiveLatents latents, String message) {
        assertThatThrownBy(() -> rebuilt(batchTopK(), architecture, latents)).hasMessage(message);
    }

    private static TopKDictionary rebuilt(
            TopKDictionary from, Architecture architecture, ActiveLatents latents) {
        return new TopKDictionary(
                architecture,
                from.encoderWeight(),
                from.encoderBias(),
                from.decoderWeight(),
                from.decoderBias(),
                latents,
                from.subtractDecoderBias());
    }
}
