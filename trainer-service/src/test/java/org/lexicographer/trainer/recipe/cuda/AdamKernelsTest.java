package org.lexicographer.trainer.recipe.cuda;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.UnitRows;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.DenseAdam;
import org.lexicographer.trainer.recipe.update.Gradients;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/** Compares updates with those over whole arrays; needs a GPU. */
@EnabledIf("org.lexicographer.trainer.recipe.cuda.Gpus#areThere")
class AdamKernelsTest {

    /** Not a multiple of the rows of a block. */
    private static final int LATENTS = 72;

    private static final int UPDATES = 3;
    private static final double LEARNING_RATE = 1e-2;

    private GpuArrays gpu;

    @BeforeEach
    void open() {
        gpu = new GpuArrays();
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    private Parameter parameter(NDArray value) {
        return new Parameter(
                "rows", value.duplicate(), value.zerosLike(), value.zerosLike()); // (F, D) each
    }

    private static void assertSame(Parameter expected, Parameter found) {
        GpuArrays.assertNear("value", expected.value(), found.value(), GpuArrays.ROUNDING);
        GpuArrays.assertNear("m", expected.firstMoment(), found.firstMoment(), GpuArrays.ROUNDING);
        GpuArrays.assertNear(
                "v", expected.secondMoment(), found.secondMoment(), GpuArrays.ROUNDING);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 640, 2_304})
    void rowsMoveAsWholeArraysDo(int width) {
        KernelModule kernels = gpu.kernels(LATENTS, width);
        NDArray start = gpu.normal(LATENTS, width); // (F, D)
        Parameter expected = parameter(start);
        Parameter found = parameter(start);
        Parameter foundLow = parameter(start);
        NDArray factor = gpu.floats(1).add(0.5); // (1)
        for (int update = 1; update <= UPDATES; update++) {
            NDArray low = gpu.narrow(gpu.normal(LATENTS, width)); // (F, D)
            NDArray gradient = gpu.widen(low); // (F, D)
            AdamStep adam = AdamStep.of(LEARNING_RATE, update);
            AdamKernels own = new AdamKernels(kernels, adam);

            DenseAdam.update(expected, gradient.mul(0.5), adam);
            own.move(found, gradient, factor);
            own.moveByBfloat16(foundLow, low, factor);

            assertSame(expected, found);
            assertSame(expected, foundLow);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 640, 2_304})
    void unitRowsAreProjectedMovedAndScaled(int width) {
        KernelModule kernels = gpu.kernels(LATENTS, width);
        Update update = new Update(DecoderNorm.GUARDED_UNIT, AdamStep.USUAL_BETA1, 0);
        Parameter expected = parameter(gpu.normal(LATENTS, width));
        Parameter found = parameter(expected.value());
        NDArray factor = gpu.floats(1).add(1); // (1)
        for (int count = 1; count <= UPDATES; count++) {
            NDArray low = gpu.narrow(gpu.normal(LATENTS, width)); // (F, D)
            AdamKernels own = new AdamKernels(kernels, AdamStep.of(LEARNING_RATE, count));

            update.apply(
                    new Gradients().with(expected, gpu.widen(low).duplicate()),
                    expected,
                    LEARNING_RATE,
                    count);
            own.projectAndMoveUnit(found, low, factor, DecoderNorm.GUARDED_UNIT);

            assertSame(expected, found);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 640, 2_304})
    void projectedGradientsMoveUnitRowsAlike(int width) {
        KernelModule kernels = gpu.kernels(LATENTS, width);
        Update update = new Update(DecoderNorm.FREE, AdamStep.USUAL_BETA1, 0);
        Parameter expected = parameter(gpu.normal(LATENTS, width));
        Parameter found = parameter(expected.value());
        NDArray factor = gpu.floats(1).add(1); // (1)
        for (int count = 1; count <= UPDATES; count++) {
            NDArray gradient = gpu.normal(LATENTS, width); // (F, D)

            update.apply(
                    new Gradients().with(expected, gradient.duplicate()),
                    expected,
                    LEARNING_RATE,
                    count);
            NDArray norms = expected.value().square().sum(new int[] {1}, true).sqrt(); // (F, 1)
            expected.value().divi(norms.add(DecoderNorm.GUARDED_UNIT.normGuard()));
            new AdamKernels(kernels, AdamStep.of(LEARNING_RATE, count))
                    .moveUnit(found, gradient, factor, DecoderNorm.GUARDED_UNIT);

            assertSame(expected, found);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 640, 2_304})
    void squaresAreThoseOfProjectedGradients(int width) {
        float guard = 1e-3f;
        NDArray encoder = gpu.narrow(gpu.normal(LATENTS, width)); // (F, D)
        NDArray decoder = gpu.narrow(gpu.normal(LATENTS, width)); // (F, D)
        NDArray columns = gpu.normal(LATENTS, width); // (F, D)
        NDArray found = gpu.floats(LATENTS); // (F)

        new AdamKernels(gpu.kernels(LATENTS, width), AdamStep.of(LEARNING_RATE, 1))
                .sumSquares(encoder, decoder, new UnitRows(columns, guard), found);

        NDArray norms = columns.square().sum(new int[] {1}, true).sqrt().add(guard); // (F, 1)
        NDArray units = columns.div(norms); // (F, D)
        NDArray gradient = gpu.widen(decoder); // (F, D)
        NDArray projected =
                gradient.sub(units.mul(units.mul(gradient).sum(new int[] {1}, true))); // (F, D)
        NDArray expected =
                gpu.widen(encoder)
                        .square()
                        .sum(new int[] {1})
                        .add(projected.square().sum(new int[] {1})); // (F)
        GpuArrays.assertNear("squares", expected, found, GpuArrays.ROUNDING);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 640, 2_304})
    void sharesOfRowsAreAddedToTheirGradients(int width) {
        KernelModule kernels = gpu.kernels(LATENTS, width);
        AdamKernels own = new AdamKernels(kernels, AdamStep.of(LEARNING_RATE, 1));
        Parameter expected = parameter(gpu.normal(LATENTS, width));
        Parameter found = parameter(expected.value());
        NDArray encoder = gpu.narrow(gpu.normal(LATENTS, width)); // (F, D)
        NDArray decoder = gpu.narrow(gpu.normal(LATENTS, width)); // (F, D)
        NDArray shares = gpu.normal(LATENTS); // (F)
        NDArray factor = gpu.floats(1).add(0.5); // (1)
        NDArray norms = gpu.floats(LATENTS); // (F)
        NDArray gradient =
                gpu.widen(decoder).add(expected.value().mul(shares.reshape(LATENTS, 1))); // (F, D)

        own.sumSquares(encoder, decoder, found.value(), shares, norms);
        DenseAdam.update(expected, gradient.mul(0.5), own.adam());
        own.moveSharing(found, decoder, shares, factor);

        assertSame(expected, found);
        NDArray squares =
                gpu.widen(encoder)
                        .square()
                        .sum(new int[] {1})
                        .add(gradient.square().sum(new int[] {1})); // (F)
        GpuArrays.assertNear("squares", squares, norms, GpuArrays.ROUNDING);
    }
}
