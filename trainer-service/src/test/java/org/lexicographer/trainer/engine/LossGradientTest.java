package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.update.Parameter;

/** Compares every closed gradient with autograd on the loss written down plainly. */
class LossGradientTest {

    private static final int ROWS = 24;
    private static final int WIDTH = 7;

    /** Latents that are positive in some rows, but never among the largest. */
    private static final int FAINT = 5;

    /** Latents that are positive in no row. */
    private static final int SILENT = 2;

    private static final double AUXILIARY_WEIGHT = 0.5;
    private static final int AUXILIARY_LATENTS = 2;
    private static final double PENALTY = 0.3;
    private static final double SPARSITY_FACTOR = 0.5;

    /** Gradients are sums of some hundred float32 products of size 1. */
    private static final float ROUNDING = 2e-5f;

    private NDManager manager;
    private NDArray inputs; // (B, D)
    private NDArray targets; // (B, Dout)
    private Map<String, NDArray> weights;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        inputs = random(1, ROWS, WIDTH); // (B, D)
        targets = random(2, ROWS, WIDTH); // (B, Dout)
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private NDArray random(long seed, int... shape) {
        Random random = new Random(seed);
        int size = IntStream.of(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        long[] dimensions = IntStream.of(shape).asLongStream().toArray();
        return manager.create(values, new Shape(dimensions)); // (shape)
    }

    private static InitialWeights start() {
        InitialWeights drawn = InitialWeights.draw(9, WIDTH, WIDTH, Specs.LATENTS, 0.9);
        float[] encoderBias = spread(3, 0.3);
        Arrays.fill(encoderBias, 0, FAINT, -1.2f);
        Arrays.fill(encoderBias, FAINT, FAINT + SILENT, -5);
        return drawn.with(DictionaryWeights.ENCODER_BIAS, encoderBias)
                .with(DictionaryWeights.GATE_BIAS, spread(4, 0.3))
                .with(DictionaryWeights.MAGNITUDE_BIAS, spread(5, 0.3))
                .with(DictionaryWeights.MAGNITUDE_SCALE, spread(6, 0.3));
    }

    private static float[] spread(long seed, double scale) {
        Random random = new Random(seed);
        float[] values = new float[Specs.LATENTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    /** Evaluates a batch a number of times and compares the last gradients with autograd's. */
    private void assertThatGradientsAgree(
            RecipeSpec spec, int times, Function<Batch, NDArray> loss) {
        Loss minimised = TrainingMethods.of(spec).loss().start(manager, start());
        Loss twin = TrainingMethods.of(spec).loss().start(manager, start());
        weights = new LinkedHashMap<>();
        twin.state().parameters().forEach(it -> weights.put(it.name(), it.value()));
        Batch batch = new Batch(inputs, targets);

        // When
        Loss.Outcome outcome = null;
        for (int i = 0; i < times; i++) {
            outcome = minimised.evaluate(batch, new StepContext(0, SPARSITY_FACTOR, true));
        }

        // Then
        weights.values().forEach(it -> it.setRequiresGradient(true));
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(loss.apply(batch));
        }
        assertThat(outcome.gradients().all()).hasSameSizeAs(weights.values());
        outcome.gradients()
                .all()
                .forEach(
                        it ->
                                assertThat(it.gradient().toFloatArray())
                                        .as(it.parameter().name())
                                        .usingComparatorWithPrecision(ROUNDING)
                                        .containsExactly(expected(it.parameter())));
    }

    private float[] expected(Parameter parameter) {
        return weights.get(parameter.name()).getGradient().toFloatArray();
    }

    private NDArray centred(Batch batch, boolean subtracted) {
        return subtracted ? batch.inputs().sub(weights.get("decoderBias")) : batch.inputs();
    }

    private NDArray products(Batch batch, boolean subtracted) {
        return centred(batch, subtracted)
                .matMul(weights.get("encoderWeight").transpose()); // (B, F)
    }

    private NDArray preActivations(Batch batch, boolean subtracted) {
        return products(batch, subtracted).add(weights.get("encoderBias")); // (B, F)
    }

    private NDArray decode(NDArray latents) {
        return latents.matMul(weights.get("decoderWeight"))
                .add(weights.get("decoderBias")); // (B, Dout)
    }

    private static NDArray squaredError(NDArray found, NDArray expected) {
        return found.sub(expected).square().sum(new int[] {1}).mean(); // ()
    }

    private static NDArray weighted(NDArray penalty) {
        return penalty.mul(PENALTY * SPARSITY_FACTOR); // ()
    }

    @ParameterizedTest
    @EnumSource
    void april(Compatibility compatibility) {
        boolean subtracted = compatibility == Compatibility.DICTIONARY_LEARNING;
        assertThatGradientsAgree(
                Specs.april(compatibility),
                1,
                batch -> {
                    NDArray latents = Activation.relu(preActivations(batch, subtracted));
                    NDArray norms = weights.get("decoderWeight").square().sum(new int[] {1}).sqrt();
                    NDArray penalty = latents.mul(norms).sum(new int[] {1}).mean(); // ()
                    return squaredError(decode(latents), batch.targets()).add(weighted(penalty));
                });
    }

    @ParameterizedTest
    @EnumSource
    void pAnneal(NormAnneal.Function function) {
        assertThatGradientsAgree(
                Specs.pAnneal(Compatibility.PAPER, function),
                1,
                batch -> {
                    NDArray latents = Activation.relu(preActivations(batch, true)); // (B, F)
                    return squaredError(decode(latents), batch.targets())
                            .add(weighted(norm(latents, function)));
                });
    }

    /** Powers below 1 have no gradient at 0, so silent latents are left out of the sum. */
    private static NDArray norm(NDArray latents, NormAnneal.Function function) {
        NDArray positive = latents.gt(0).toType(latents.getDataType(), true); // (B, F)
        NDArray filled = latents.add(positive.neg().add(1)); // (B, F), 1 where silent
        NDArray sums = filled.pow(0.8f).mul(positive).sum(new int[] {1}); // (B)
        return switch (function) {
            case LP_TO_P -> sums.mean(); // ()
            case LP -> sums.pow(1 / 0.8f).mean(); // ()
        };
    }

    @ParameterizedTest
    @EnumSource
    void gated(Compatibility compatibility) {
        assertThatGradientsAgree(
                Specs.gated(compatibility),
                1,
                batch -> gatedLoss(batch, gates -> gates.sum(new int[] {1}).mean()));
    }

    @ParameterizedTest
    @EnumSource
    void gatedAnneal(Compatibility compatibility) {
        assertThatGradientsAgree(
                Specs.gatedAnneal(compatibility),
                1,
                batch -> gatedLoss(batch, gates -> norm(gates, NormAnneal.Function.LP_TO_P)));
    }

    private NDArray gatedLoss(Batch batch, Function<NDArray, NDArray> penalty) {
        NDArray products = products(batch, true); // (B, F)
        NDArray gates = Activation.relu(products.add(weights.get("gateBias"))); // (B, F)
        NDArray open = gates.gt(0).toType(gates.getDataType(), true); // (B, F)
        NDArray magnitudes =
                Activation.relu(
                        products.mul(weights.get("magnitudeScale").exp())
                                .add(weights.get("magnitudeBias"))); // (B, F)
        NDArray attempt =
                gates.matMul(weights.get("decoderWeight").stopGradient())
                        .add(weights.get("decoderBias").stopGradient()); // (B, Dout)
        return squaredError(decode(magnitudes.mul(open)), batch.targets())
                .add(weighted(penalty.apply(gates)))
                .add(squaredError(attempt, batch.targets()));
    }

    @ParameterizedTest
    @EnumSource
    void topK(Compatibility compatibility) {
        assertThatGradientsAgree(
                Specs.topK(compatibility),
                1,
                batch -> {
                    NDArray rectified = Activation.relu(preActivations(batch, true)); // (B, F)
                    NDArray chosen = largestOfRows(rectified, Specs.K); // (B, F)
                    NDArray latents = rectified.mul(chosen); // (B, F)
                    NDArray output = decode(latents); // (B, Dout)
                    return squaredError(output, batch.targets())
                            .add(auxiliary(rectified, chosen, output, batch, compatibility));
                });
    }

    @ParameterizedTest
    @EnumSource
    void batchTopK(Compatibility compatibility) {
        assertThatGradientsAgree(
                Specs.batchTopK(compatibility),
                1,
                batch -> {
                    NDArray rectified = Activation.relu(preActivations(batch, true)); // (B, F)
                    NDArray chosen = largestOfAll(rectified); // (B, F)
                    NDArray output = decode(rectified.mul(chosen)); // (B, Dout)
                    return squaredError(output, batch.targets())
                            .add(auxiliary(rectified, chosen, output, batch, compatibility));
                });
    }

    @ParameterizedTest
    @EnumSource
    void matryoshka(Compatibility compatibility) {
        MatryoshkaBatchTopKRecipeSpec spec = Specs.matryoshka(compatibility);
        double share = compatibility == Compatibility.PAPER ? 1 : 1.0 / 3;
        assertThatGradientsAgree(
                spec,
                1,
                batch -> {
                    NDArray rectified = Activation.relu(preActivations(batch, true)); // (B, F)
                    NDArray chosen = largestOfAll(rectified); // (B, F)
                    NDArray latents = rectified.mul(chosen); // (B, F)
                    NDArray loss =
                            auxiliary(rectified, chosen, decode(latents), batch, compatibility);
                    int until = 0;
                    for (int g = 0; g < 3; g++) {
                        until += spec.groupSizes().get(g);
                        NDArray output = decode(latents.mul(first(until))); // (B, Dout)
                        double weight = share * spec.groupWeights().get(g);
                        loss = loss.add(squaredError(output, batch.targets()).mul(weight));
                    }
                    return loss;
                });
    }

    private NDArray first(int count) {
        float[] mask = new float[Specs.LATENTS];
        Arrays.fill(mask, 0, count, 1);
        return manager.create(mask); // (F)
    }

    private NDArray largestOfRows(NDArray values, int k) {
        float[] all = values.toFloatArray();
        float[] mask = new float[all.length];
        for (int row = 0; row < ROWS; row++) {
            int from = row * Specs.LATENTS;
            mark(all, mask, from, from + Specs.LATENTS, k);
        }
        return manager.create(mask, values.getShape()); // (B, F)
    }

    private NDArray largestOfAll(NDArray values) {
        float[] all = values.toFloatArray();
        float[] mask = new float[all.length];
        mark(all, mask, 0, all.length, Specs.K * ROWS);
        return manager.create(mask, values.getShape()); // (B, F)
    }

    private static void mark(float[] values, float[] mask, int from, int to, int count) {
        IntStream.range(from, to)
                .boxed()
                .sorted((a, b) -> Float.compare(values[b], values[a]))
                .limit(count)
                .forEach(i -> mask[i] = 1);
    }

    /** Dead is who was not chosen in any row. */
    private NDArray auxiliary(
            NDArray rectified,
            NDArray chosen,
            NDArray output,
            Batch batch,
            Compatibility compatibility) {
        NDArray active = rectified.mul(chosen).max(new int[] {0}); // (F)
        NDArray dead = active.lte(0).toType(rectified.getDataType(), true); // (F)
        assertThat(dead.sum().getFloat()).isGreaterThan(AUXILIARY_LATENTS);
        NDArray candidates = rectified.mul(dead); // (B, F)
        NDArray attempt =
                candidates
                        .mul(largestOfRows(candidates, AUXILIARY_LATENTS))
                        .matMul(weights.get("decoderWeight")); // (B, Dout)
        NDArray residual = batch.targets().sub(output).stopGradient(); // (B, Dout)
        NDArray loss = squaredError(attempt, residual); // ()
        NDArray scale =
                compatibility == Compatibility.PAPER
                        ? loss.onesLike()
                        : squaredError(residual, residual.mean(new int[] {0})); // ()
        return loss.div(scale.stopGradient()).mul(AUXILIARY_WEIGHT); // ()
    }

    @ParameterizedTest
    @CsvSource({"1, false", "3, true"})
    void ghostGradientsOfLatentsThatWereSilentForLongerThanAllowed(int times, boolean ghosts) {
        assertThatGradientsAgree(
                Specs.ghost(Compatibility.PAPER),
                times,
                batch -> {
                    NDArray preActivations = preActivations(batch, true); // (B, F)
                    NDArray latents = Activation.relu(preActivations); // (B, F)
                    NDArray output = decode(latents); // (B, Dout)
                    NDArray error = squaredError(output, batch.targets()); // ()
                    NDArray loss = error.add(weighted(latents.sum(new int[] {1}).mean())); // ()
                    return ghosts ? loss.add(ghost(preActivations, output, error, batch)) : loss;
                });
    }

    @ParameterizedTest
    @ValueSource(floats = {-200, -60})
    void ghostGradientsOfLatentsFarBelowZeroStayFinite(float bias) {
        // Given
        float[] encoderBias = spread(3, 0.3);
        Arrays.fill(encoderBias, 0, SILENT, bias);
        Loss minimised =
                TrainingMethods.of(Specs.ghost(Compatibility.PAPER))
                        .loss()
                        .start(manager, start().with(DictionaryWeights.ENCODER_BIAS, encoderBias));
        Batch batch = new Batch(inputs, targets);

        // When
        Loss.Outcome outcome = null;
        for (int i = 0; i < 3; i++) {
            outcome = minimised.evaluate(batch, new StepContext(0, SPARSITY_FACTOR, false));
        }

        // Then
        outcome.gradients()
                .all()
                .forEach(
                        it ->
                                assertThat(it.gradient().isNaN().any().getBoolean())
                                        .as(it.parameter().name())
                                        .isFalse());
        NDArray decoder = outcome.gradients().all().getFirst().gradient(); // (F, Dout)
        assertThat(decoder.get(0).square().sum().getFloat()).isPositive().isFinite();
    }

    private NDArray ghost(NDArray preActivations, NDArray output, NDArray error, Batch batch) {
        NDArray silent = preActivations.max(new int[] {0}).lte(0); // (F)
        NDArray dead = silent.toType(preActivations.getDataType(), true); // (F)
        assertThat(dead.sum().getFloat()).isPositive();
        NDArray residual = batch.targets().sub(output).stopGradient(); // (B, Dout)
        NDArray prediction =
                preActivations.exp().mul(dead).matMul(weights.get("decoderWeight")); // (B, Dout)
        NDArray scale = norms(residual).div(norms(prediction).mul(2)).stopGradient(); // (B, 1)
        NDArray loss = squaredError(prediction.mul(scale), residual); // ()
        return loss.mul(error.div(loss).stopGradient()); // ()
    }

    private static NDArray norms(NDArray rows) {
        return rows.square().sum(new int[] {1}, true).sqrt(); // (B, 1)
    }

    @ParameterizedTest
    @CsvSource({
        "PAPER, false",
        "PAPER, true",
        "DICTIONARY_LEARNING, false",
        "DICTIONARY_LEARNING, true"
    })
    void jumpRelu(Compatibility compatibility, boolean hasTarget) {
        JumpReluRecipeSpec spec =
                Specs.jumpRelu(
                        compatibility, hasTarget ? Optional.of(4.0) : Optional.<Double>empty());
        assertThatGradientsAgree(spec, 1, batch -> straightThrough(spec, batch));
    }

    /**
     * A function whose gradient is the straight-through estimate: each step function is replaced by
     * its value, plus the estimate's slope times a term that is 0 but whose gradient is not.
     */
    private NDArray straightThrough(JumpReluRecipeSpec spec, Batch batch) {
        boolean paper = spec.basics().compatibility() == Compatibility.PAPER;
        NDArray theta = paper ? weights.get("logThreshold").exp() : weights.get("threshold");
        NDArray products = preActivations(batch, false); // (B, F)
        NDArray magnitudes = paper ? Activation.relu(products) : products; // (B, F)
        NDArray open = magnitudes.gt(theta).toType(theta.getDataType(), true); // (B, F)
        NDArray nothing = theta.sub(theta.stopGradient()); // (F), 0 with gradient 1
        NDArray jump =
                window(spec, magnitudes, theta)
                        .mul(theta.stopGradient())
                        .mul(-1 / spec.bandwidth()); // (B, F)
        NDArray latents = magnitudes.mul(open).add(jump.mul(nothing)); // (B, F)
        NDArray counted = paper ? magnitudes : magnitudes.mul(open); // (B, F)
        NDArray steps = counted.gt(theta).toType(theta.getDataType(), true); // (B, F)
        NDArray slope = window(spec, counted, theta).mul(-1 / spec.bandwidth()); // (B, F)
        NDArray l0 = steps.add(slope.mul(nothing)).sum(new int[] {1}).mean(); // ()
        NDArray penalty =
                spec.targetL0()
                        .map(target -> l0.div(target).sub(1).square()) // ()
                        .orElse(l0);
        return squaredError(decode(latents), batch.targets()).add(weighted(penalty));
    }

    private static NDArray window(JumpReluRecipeSpec spec, NDArray values, NDArray theta) {
        NDArray distance = values.sub(theta).div(spec.bandwidth()).abs(); // (B, F)
        return distance.lt(0.5).toType(theta.getDataType(), true).stopGradient(); // (B, F)
    }
}
