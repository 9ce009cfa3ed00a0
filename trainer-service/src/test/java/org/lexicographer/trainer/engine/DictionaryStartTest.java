package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.GatedDictionary;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.JumpReluDictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.architecture.TopKDictionary;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;

/** A recipe that starts from a dictionary computes what the dictionary does. */
class DictionaryStartTest {

    private static final int WIDTH = 5;

    /** A column's norm is taken out and put in again in float32, over values of size 1. */
    private static final Offset<Float> ROUNDING = Offset.offset(2e-5f);

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** Which recipes go with which architecture is a matter of their encoders. */
    private enum Source {
        STANDARD,
        TOP_K,
        GATED,
        JUMP_RELU
    }

    private record Case(RecipeSpec spec, Source source, boolean subtracts) {}

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Compatibility compatibility : Compatibility.values()) {
            for (RecipeSpec spec : Specs.all(compatibility)) {
                for (boolean subtracts : new boolean[] {false, true}) {
                    cases.add(new Case(spec, like(spec), subtracts));
                }
            }
        }
        return cases.stream();
    }

    private static Source like(RecipeSpec spec) {
        return switch (spec.type().name()) {
            case "gated", "gatedAnneal" -> Source.GATED;
            case "topK", "batchTopK", "matryoshkaBatchTopK" -> Source.TOP_K;
            case "jumpReLU" -> Source.JUMP_RELU;
            default -> Source.STANDARD;
        };
    }

    private NDArray random(long... shape) {
        return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT32);
    }

    /** Columns have norms of about 2, so that recipes with unit columns have to change them. */
    private Dictionary dictionary(Source source, int size, boolean subtracts) {
        NDArray encoder = random(WIDTH, size); // (D, F)
        NDArray bias = random(size); // (F)
        NDArray decoder = random(size, WIDTH); // (F, D)
        NDArray decoderBias = random(WIDTH); // (D)
        return switch (source) {
            case STANDARD -> new StandardDictionary(encoder, bias, decoder, decoderBias, subtracts);
            case TOP_K ->
                    // All latents are chosen: columns of several norms are another choice.
                    new TopKDictionary(
                            Architecture.TOP_K,
                            encoder,
                            bias,
                            decoder,
                            decoderBias,
                            new ActiveLatents(size, ActiveLatents.NO_THRESHOLD, false, List.of()),
                            subtracts);
            case GATED ->
                    new GatedDictionary(
                            encoder,
                            random(size).muli(0.3f), // (F)
                            bias,
                            random(size), // (F)
                            decoder,
                            decoderBias,
                            subtracts);
            case JUMP_RELU ->
                    new JumpReluDictionary(
                            encoder,
                            bias,
                            decoder,
                            decoderBias,
                            random(size).abs().addi(0.1f), // (F)
                            subtracts);
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itsWeightsComputeTheSame(Case given) {
        int size = given.spec().dictionarySize();
        try (Dictionary source = dictionary(given.source(), size, given.subtracts());
                Recipe recipe = Recipe.start(manager, given.spec(), source, 10);
                Dictionary started = recipe.dictionary(manager);
                NDArray rows = random(40, WIDTH)) { // (N, D)
            float[] expected = affine(source, rows);

            float[] found = affine(started, rows);

            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).as("value %d", i).isCloseTo(expected[i], within(expected[i]));
            }
        }
    }

    /** With all latents that are positive, whatever the recipe of the top-k family chooses. */
    private float[] affine(Dictionary dictionary, NDArray rows) {
        Dictionary whole =
                dictionary instanceof TopKDictionary topK
                        ? new StandardDictionary(
                                topK.encoderWeight(),
                                topK.encoderBias(),
                                topK.decoderWeight(),
                                topK.decoderBias(),
                                topK.subtractDecoderBias())
                        : dictionary;
        return whole.reconstruct(rows).toFloatArray();
    }

    private static Offset<Float> within(float expected) {
        return Offset.offset(ROUNDING.value * Math.max(1, Math.abs(expected)) * 4);
    }

    @Test
    void unitColumnsKeepTheirBits() {
        RecipeSpec spec = Specs.topK(Compatibility.PAPER);
        try (Recipe first = Recipe.start(manager, spec, WIDTH, WIDTH, 10);
                Dictionary source = first.dictionary(manager);
                Recipe second = Recipe.start(manager, spec, source, 10)) {
            assertThat(second.weightsByName())
                    .usingRecursiveComparison()
                    .isEqualTo(first.weightsByName());
        }
    }

    @Test
    void aThresholdWithoutALogarithmStartsAsANewOne() {
        JumpReluRecipeSpec spec = Specs.jumpRelu(Compatibility.PAPER, Optional.empty());
        int size = spec.dictionarySize();
        try (Dictionary source =
                        new JumpReluDictionary(
                                random(WIDTH, size),
                                random(size),
                                random(size, WIDTH),
                                random(WIDTH),
                                manager.zeros(new Shape(size)),
                                false);
                Recipe recipe = Recipe.start(manager, spec, source, 10)) {
            assertThat(recipe.weightsByName().get("threshold").values())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsOnly((float) spec.initialThreshold());
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        RecipeSpec gated = Specs.gated(Compatibility.PAPER);
        int size = gated.dictionarySize();
        try (Dictionary standard = dictionary(Source.STANDARD, size, false);
                Dictionary small = dictionary(Source.GATED, size - 1, false);
                Dictionary oracle = new IdentityDictionary(size)) {
            assertThatExceptionOfType(DictionaryException.class)
                    .isThrownBy(() -> Recipe.start(manager, gated, standard, 10))
                    .withMessageContaining("type=gated, architecture=standard");
            assertThatExceptionOfType(DictionaryException.class)
                    .isThrownBy(() -> Recipe.start(manager, gated, small, 10))
                    .withMessage(
                            "dictionary size mismatch: expected=%d, found=%d"
                                    .formatted(size, size - 1));
            assertThat(
                            DictionaryStart.obstacle(
                                    Specs.topK(Compatibility.PAPER), oracle.architecture(), size))
                    .hasValueSatisfying(
                            reason -> assertThat(reason).contains("architecture=identity"));
        }
    }
}
