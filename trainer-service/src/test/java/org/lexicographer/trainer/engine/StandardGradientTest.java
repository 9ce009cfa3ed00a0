package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.ReconstructionLoss;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.recipe.standard.StandardState;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.verification.VerifyRecipe;

class StandardGradientTest {

    /** Sums of a few dozen float32 products of size 1, in another order than autograd's. */
    private static final float ROUNDING = 2e-5f;

    private static final int ROWS = 24;
    private static final int INPUT = 12;

    static Stream<Arguments> cases() {
        return Stream.of(ReconstructionLoss.values())
                .flatMap(
                        loss ->
                                Stream.of(Penalty.values())
                                        .flatMap(
                                                penalty ->
                                                        Stream.of(INPUT, 9)
                                                                .map(
                                                                        output ->
                                                                                Arguments.of(
                                                                                        loss,
                                                                                        penalty,
                                                                                        output))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sparseStepFollowsTheGradientOfTheLoss(
            ReconstructionLoss loss, Penalty penalty, int output) {
        assertThatGradientsAgree(
                StandardRecipes.spec(loss, penalty, 0.3),
                output,
                Optional.of(VerifyRecipe.alwaysSparse()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void denseStepFollowsTheGradientOfTheLoss(
            ReconstructionLoss loss, Penalty penalty, int output) {
        assertThatGradientsAgree(
                StandardRecipes.spec(loss, penalty, 0.3), output, Optional.empty());
    }

    private static void assertThatGradientsAgree(
            StandardRecipeSpec spec, int output, Optional<SparsePlan> way) {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given
            InitialWeights weights = InitialWeights.draw(3, INPUT, output, StandardRecipes.LATENTS);
            NDArray inputs = StandardRecipes.batch(manager, 1, ROWS, INPUT); // (B, D)
            NDArray targets = StandardRecipes.batch(manager, 2, ROWS, output); // (B, Dout)
            StandardState expected = autograd(manager, spec, weights, inputs, targets);

            // When
            Recipe recipe = Recipe.start(manager, spec, weights, 10, way);
            recipe.step(inputs, targets);

            // Then: after one step the first moment is a tenth of the gradient.
            try (TensorSource found = SafetensorsFile.read(StandardRecipes.state(recipe))) {
                for (Parameter parameter : parameters(expected)) {
                    NDArray gradient = parameter.value().getGradient();
                    if (parameter.name().equals("decoderWeight")) {
                        gradient = withoutParallelPart(gradient, parameter.value());
                    }
                    float[] moment = found.floats(parameter.name() + ".firstMoment");
                    NDArray first = manager.create(moment); // like the parameter, flat
                    assertThat(first.div(AdamStep.of(1, 1).oneMinusBeta1()).toFloatArray())
                            .as(parameter.name())
                            .usingComparatorWithPrecision(ROUNDING)
                            .containsExactly(gradient.toFloatArray());
                }
            }
        }
    }

    private static List<Parameter> parameters(StandardState state) {
        AffineWeights weights = state.weights();
        return List.of(
                weights.encoderWeight(),
                state.encoderBias(),
                weights.decoderWeight(),
                weights.decoderBias());
    }

    /** Returns a state whose weights carry the loss's gradients. */
    private static StandardState autograd(
            NDManager manager,
            StandardRecipeSpec spec,
            InitialWeights weights,
            NDArray inputs,
            NDArray targets) {
        StandardState state = StandardState.of(manager, weights);
        parameters(state).forEach(parameter -> parameter.value().setRequiresGradient(true));
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray bias = state.weights().decoderBias().value();
            NDArray centred = state.weights().subtracted() ? inputs.sub(bias) : inputs; // (B, D)
            NDArray latents =
                    Activation.relu(
                            centred.matMul(state.weights().encoderWeight().value().transpose())
                                    .add(state.encoderBias().value())); // (B, F)
            NDArray squares =
                    latents.matMul(state.weights().decoderWeight().value())
                            .add(bias)
                            .sub(targets)
                            .square(); // (B, Dout)
            NDArray reconstruction =
                    switch (spec.reconstructionLoss()) {
                        case SUM -> squares.sum(new int[] {1}).mean();
                        case MEAN -> squares.mean();
                    };
            NDArray penalty = penalty(spec.penalty(), latents).mean();
            collector.backward(reconstruction.add(penalty.mul(spec.sparsityPenalty())));
        }
        return state;
    }

    private static NDArray penalty(Penalty penalty, NDArray latents) {
        return switch (penalty) {
            case L1 -> latents.sum(new int[] {1}); // (B)
            case ENTROPY -> {
                NDArray share = latents.div(latents.sum(new int[] {1}, true).add(1e-8)); // (B, F)
                yield share.mul(share.add(1e-8).log()).neg().sum(new int[] {1}); // (B)
            }
        };
    }

    private static NDArray withoutParallelPart(NDArray gradient, NDArray rows) {
        NDArray squares = rows.square().sum(new int[] {1}, true); // (F, 1)
        NDArray products = rows.mul(gradient).sum(new int[] {1}, true); // (F, 1)
        return gradient.sub(rows.mul(products.div(squares))); // (F, Dout)
    }
}
