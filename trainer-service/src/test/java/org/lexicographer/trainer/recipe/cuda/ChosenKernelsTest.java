package org.lexicographer.trainer.recipe.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.BatchChoice;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Decoder;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Errors;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Gradients;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Lists;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Reconstructed;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.RowCounts;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.UnitRows;

/** Compares what kernels choose with a sort; needs a GPU. */
@EnabledIf("org.lexicographer.trainer.recipe.cuda.Gpus#areThere")
class ChosenKernelsTest {

    /** Not a multiple of a block's threads, more than one word of bits. */
    private static final int ROWS = 70;

    private static final int WIDTH = 16;

    /** Threads hold other numbers of latents from shape to shape; not all of them have any. */
    private static final int LATENTS = 3_000;

    private static final float SCALE = 0.25f;
    private static final float GUARD = 1e-3f;

    /** bfloat16 keeps 8 bits, the first of which is not stored. */
    private static final double BFLOAT16_STEP = 1.0 / 256;

    /** What rows can look like. */
    private enum Rows {
        /** Half of them 0, as after a ReLU; bfloat16 makes some equal. */
        RECTIFIED,
        /** Four numbers only: most of the chosen are equal to others that are not. */
        EQUAL,
        /** Less above 0 than are chosen. */
        SPARSE,
        ZERO,
        /** All in one corner, so that one thread holds the largest. */
        CROWDED
    }

    private GpuArrays gpu;

    @BeforeEach
    void open() {
        gpu = new GpuArrays();
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    private static float[] values(Rows rows, int latents) {
        SplittableRandom random = new SplittableRandom(7);
        float[] values = new float[ROWS * latents];
        for (int i = 0; i < values.length; i++) {
            int latent = i % latents;
            values[i] =
                    switch (rows) {
                        case RECTIFIED -> (float) Math.max(0, random.nextGaussian());
                        case EQUAL -> random.nextInt(4) / 4f;
                        case SPARSE -> latent % 997 == 3 ? 1 + random.nextFloat() : 0;
                        case ZERO -> 0;
                        case CROWDED -> latent < 50 ? 2 + random.nextFloat() : random.nextFloat();
                    };
        }
        return values;
    }

    private NDArray batch(Rows rows, int latents) {
        return gpu.narrow(
                gpu.manager().create(values(rows, latents), new Shape(ROWS, latents))); // (B, F)
    }

    private Lists lists(int rows, int latents, int k, Optional<NDArray> offsets) {
        return new Lists(
                gpu.ints((long) rows * k),
                gpu.narrow(gpu.floats((long) rows * k)),
                gpu.floats((long) rows * k),
                gpu.ints(latents, Math.ceilDiv(rows, 32)),
                new RowCounts(rows, k, offsets));
    }

    /** Indices of the largest, ties by index, in the order of indices. */
    private static List<Integer> largest(float[] values, int begin, int end, int k) {
        return IntStream.range(begin, end)
                .boxed()
                .sorted(
                        Comparator.comparingDouble((Integer i) -> -values[i])
                                .thenComparingInt(i -> i))
                .limit(k)
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Rows.class)
    void theLargestOfEachRowAreChosenAmongEqualsTheFirst(Rows rows) {
        for (int latents : List.of(64, LATENTS, 20_000, 40_000)) {
            ChosenKernels kernels = new ChosenKernels(gpu.kernels(latents, WIDTH));
            for (int k : List.of(1, 20, 60)) {
                NDArray a = batch(rows, latents);
                float[] values = gpu.widen(a).toFloatArray();
                Lists lists = lists(ROWS, latents, k, Optional.empty());
                NDArray smallest = gpu.floats(ROWS);
                NDArray positive = gpu.ints(ROWS);

                kernels.chooseOfRows(a, false, lists, smallest, positive);

                int[] found = lists.latents().toIntArray();
                float[] foundValues = gpu.widen(lists.values()).toFloatArray();
                for (int row = 0; row < ROWS; row++) {
                    int begin = row * latents;
                    List<Integer> expected = largest(values, begin, begin + latents, k);
                    for (int i = 0; i < k; i++) {
                        assertThat(found[row * k + i] + begin).isEqualTo(expected.get(i));
                        assertThat(foundValues[row * k + i]).isEqualTo(values[expected.get(i)]);
                    }
                    double least =
                            expected.stream()
                                    .mapToDouble(i -> values[i])
                                    .filter(it -> it > 0)
                                    .min()
                                    .orElse(0);
                    assertThat((double) smallest.getFloat(row)).isEqualTo(least);
                    long above = expected.stream().filter(i -> values[i] > 0).count();
                    assertThat(positive.getInt(row)).isEqualTo((int) above);
                }
                assertSeen(lists, values, latents);
            }
        }
    }

    /** Each chosen latent above 0 has its row's bit, and no other. */
    private static void assertSeen(Lists lists, float[] values, int latents) {
        int[] seen = lists.seen().toIntArray();
        int words = seen.length / latents;
        int[] chosen = lists.latents().toIntArray();
        int bits = 0;
        int expected = 0;
        for (int word : seen) {
            bits += Integer.bitCount(word);
        }
        for (int i = 0; i < chosen.length; i++) {
            int row = i / lists.rows().k();
            if (values[row * latents + chosen[i]] > 0) {
                expected++;
                assertThat(seen[chosen[i] * words + row / 32] >>> (row % 32) & 1).isEqualTo(1);
            }
        }
        assertThat(bits).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Rows.class)
    void theLargestOfTheBatchAreChosenOfThoseAboveZero(Rows rows) {
        ChosenKernels kernels = new ChosenKernels(gpu.kernels(LATENTS, WIDTH));
        for (int k : List.of(1, 20, 60)) {
            NDArray a = batch(rows, LATENTS);
            float[] values = gpu.widen(a).toFloatArray();
            NDArray offsets = gpu.ints(ROWS + 1);
            Lists lists = lists(ROWS, LATENTS, k, Optional.of(offsets));
            NDArray smallest = gpu.floats(1);
            BatchChoice choice =
                    new BatchChoice(gpu.ints(0x8000), gpu.ints(2), gpu.ints(ROWS), gpu.ints(ROWS));

            kernels.chooseOfBatch(a, lists, choice, smallest);

            List<Integer> expected =
                    largest(values, 0, values.length, ROWS * k).stream()
                            .filter(i -> values[i] > 0)
                            .toList();
            int[] begins = offsets.toIntArray();
            int[] latents = lists.latents().toIntArray();
            List<Integer> found = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                for (int i = begins[row]; i < begins[row + 1]; i++) {
                    found.add(row * LATENTS + latents[i]);
                }
            }
            assertThat(found).isEqualTo(expected);
            double least = expected.stream().mapToDouble(i -> values[i]).min().orElse(0);
            assertThat((double) smallest.getFloat()).isCloseTo(least, within(0.0));
        }
    }

    /**
     * Widths whose rows share a block, and one that fills it; more latents a row than are listed,
     * and more rows a latent than are taken at a time, over more than one segment of bits.
     */
    @ParameterizedTest
    @CsvSource({
        "70, 600, 16, 5",
        "70, 600, 640, 5",
        "70, 600, 2304, 5",
        "70, 600, 48, 300",
        "9000, 64, 16, 8"
    })
    void whatIsChosenIsReconstructedAndDifferentiatedAsWholeArraysAre(
            int rows, int latents, int width, int k) {
        ChosenKernels kernels = new ChosenKernels(gpu.kernels(latents, width));
        NDArray a = gpu.rectified(rows, latents); // (B, F)
        Lists lists = lists(rows, latents, k, Optional.empty());
        kernels.chooseOfRows(a, false, lists, gpu.floats(rows), gpu.ints(rows));
        NDArray f = dense(lists, gpu.widen(lists.values()), latents); // (B, F)
        NDArray master = gpu.normal(latents, width); // (F, D)
        NDArray decoder = gpu.narrow(master); // (F, D)
        NDArray bias = gpu.normal(width); // (D)
        NDArray targets = gpu.normal(rows, width); // (B, D)
        NDArray centred = gpu.narrow(gpu.normal(rows, width)); // (B, D)
        Reconstructed seen = reconstructed(1, rows, width);
        Gradients found = gradients(latents, width);

        kernels.reconstruct(lists, new Decoder(decoder, bias), targets, SCALE, seen);
        kernels.differentiate(
                lists,
                centred,
                new Errors(seen, Optional.empty()),
                new UnitRows(master, GUARD),
                found);

        NDArray wide = gpu.widen(decoder); // (F, D)
        NDArray error = f.matMul(wide).add(bias).sub(targets); // (B, D)
        NDArray output = error.mul(SCALE); // (B, D)
        double rounding = GpuArrays.ROUNDING;
        GpuArrays.assertNear(
                "squares", error.square().sum(new int[] {1}), seen.squares(), rounding);
        GpuArrays.assertNear(
                "columns", output.sum(new int[] {0}), seen.columns().sum(new int[] {0}), 1e-3);
        NDArray outputs = gpu.widen(seen.outputs()).reshape(rows, width); // (B, D)
        GpuArrays.assertNear("output", output, outputs, BFLOAT16_STEP);
        NDArray slopes = output.matMul(wide.transpose()).mul(f.gt(0)); // (B, F)
        GpuArrays.assertNear("slopes", slopes, dense(lists, lists.slopes(), latents), rounding);
        NDArray exact = dense(lists, lists.slopes(), latents); // (B, F)
        GpuArrays.assertNear(
                "dL/dW_e", exact.transpose().matMul(gpu.widen(centred)), found.encoder(), rounding);
        NDArray gradient = f.transpose().matMul(outputs); // (F, D)
        NDArray norms = master.square().sum(new int[] {1}, true).sqrt().add(GUARD); // (F, 1)
        NDArray units = master.div(norms); // (F, D)
        NDArray projected =
                gradient.sub(units.mul(units.mul(gradient).sum(new int[] {1}, true))); // (F, D)
        GpuArrays.assertNear("dL/dW_d", projected, found.decoder(), rounding);
        GpuArrays.assertNear("dL/db_e", exact.sum(new int[] {0}), found.sums(), 1e-4);
        NDArray squares =
                found.encoder()
                        .square()
                        .sum(new int[] {1})
                        .add(found.decoder().square().sum(new int[] {1})); // (F)
        GpuArrays.assertNear("norms", squares, found.norms(), rounding);
        assertThat(found.active().toBooleanArray())
                .isEqualTo(f.max(new int[] {0}).gt(0).toBooleanArray());
    }

    private Reconstructed reconstructed(int prefixes, int rows, int width) {
        return new Reconstructed(
                gpu.narrow(gpu.floats(prefixes, rows, width)),
                gpu.floats(rows),
                gpu.floats(Math.ceilDiv(rows, ChosenKernels.rowsOfColumns()), width));
    }

    private Gradients gradients(int latents, int width) {
        return new Gradients(
                gpu.floats(latents, width),
                gpu.floats(latents, width),
                gpu.floats(latents),
                gpu.floats(latents),
                gpu.manager().zeros(new Shape(latents), DataType.BOOLEAN));
    }

    /**
     * Rows that share a block and such that fill it, more latents a row than are listed, prefixes
     * that begin and end within what a block takes at once, and one of which no latent is chosen.
     */
    @ParameterizedTest
    @CsvSource({"70, 600, 16, 5", "70, 600, 512, 30", "70, 600, 2304, 30", "70, 600, 48, 300"})
    void prefixesAreReconstructedAndDifferentiatedAsWholeArraysAre(
            int rows, int latents, int width, int k) {
        int[] ends = {19, 20, 150, latents};
        float[] weights = {0.5f, 1, 0.25f, 2};
        ChosenKernels kernels = new ChosenKernels(gpu.kernels(latents, width));
        Lists lists = lists(rows, latents, k, Optional.empty());
        kernels.chooseOfRows(
                withoutLatent(19, gpu.rectified(rows, latents)),
                false,
                lists,
                gpu.floats(rows),
                gpu.ints(rows));
        NDArray f = dense(lists, gpu.widen(lists.values()), latents); // (B, F)
        NDArray master = gpu.normal(latents, width); // (F, D)
        NDArray decoder = gpu.narrow(master); // (F, D)
        NDArray bias = gpu.normal(width); // (D)
        NDArray targets = gpu.normal(rows, width); // (B, D)
        NDArray centred = gpu.narrow(gpu.normal(rows, width)); // (B, D)
        Reconstructed seen = reconstructed(ends.length, rows, width);
        Gradients found = gradients(latents, width);
        float[] numbers = new float[3 * ends.length];
        for (int g = 0; g < ends.length; g++) {
            numbers[3 * g] = ends[g];
            numbers[3 * g + 1] = weights[g];
            numbers[3 * g + 2] = SCALE * weights[g];
        }
        NDArray prefixes = gpu.manager().create(numbers, new Shape(ends.length, 3)); // (G, 3)

        kernels.reconstruct(lists, new Decoder(decoder, bias), targets, prefixes, seen);
        kernels.differentiate(
                lists,
                centred,
                new Errors(seen, Optional.of(prefixes)),
                new UnitRows(master, GUARD),
                found);

        NDArray wide = gpu.widen(decoder); // (F, D)
        NDArray gradient = gpu.floats(rows, width); // R_g
        NDArray squares = gpu.floats(rows);
        NDArray slopes = gpu.floats(rows, latents);
        NDArray atDecoder = gpu.floats(latents, width);
        NDArray outputs = gpu.widen(seen.outputs()); // (G, B, D)
        for (int g = ends.length - 1; g >= 0; g--) {
            NDArray error = only(f, 0, ends[g]).matMul(wide).add(bias).sub(targets); // (B, D)
            squares = squares.add(error.square().sum(new int[] {1}).mul(weights[g]));
            gradient = gradient.add(error.mul(SCALE * weights[g]));
            NDArray output = outputs.get(g); // (B, D)
            GpuArrays.assertNear("output " + g, gradient, output, BFLOAT16_STEP);
            NDArray added = only(f, g == 0 ? 0 : ends[g - 1], ends[g]); // (B, F)
            slopes = slopes.add(gradient.matMul(wide.transpose()).mul(added.gt(0)));
            atDecoder = atDecoder.add(added.transpose().matMul(output));
        }
        double rounding = GpuArrays.ROUNDING;
        GpuArrays.assertNear("squares", squares, seen.squares(), rounding);
        GpuArrays.assertNear(
                "columns", gradient.sum(new int[] {0}), seen.columns().sum(new int[] {0}), 1e-3);
        NDArray exact = dense(lists, lists.slopes(), latents); // (B, F)
        GpuArrays.assertNear("slopes", slopes, exact, rounding);
        NDArray norms = master.square().sum(new int[] {1}, true).sqrt().add(GUARD); // (F, 1)
        NDArray units = master.div(norms); // (F, D)
        GpuArrays.assertNear(
                "dL/dW_d",
                atDecoder.sub(units.mul(units.mul(atDecoder).sum(new int[] {1}, true))),
                found.decoder(),
                rounding);
        GpuArrays.assertNear(
                "dL/dW_e", exact.transpose().matMul(gpu.widen(centred)), found.encoder(), rounding);
    }

    private NDArray withoutLatent(int latent, NDArray a) {
        NDArray values = gpu.widen(a); // (B, F)
        return gpu.narrow(values.sub(only(values, latent, latent + 1))); // (B, F)
    }

    /** Returns numbers (B, F) of which only those of some latents are not 0. */
    private NDArray only(NDArray numbers, int from, int to) {
        float[] mask = new float[(int) numbers.getShape().get(1)];
        Arrays.fill(mask, from, to, 1);
        return numbers.mul(gpu.manager().create(mask)); // (B, F)
    }

    /** Returns the lists' numbers as (B, F). */
    private NDArray dense(Lists lists, NDArray numbers, int latents) {
        int rows = lists.rows().count();
        float[] dense = new float[rows * latents];
        int[] chosen = lists.latents().toIntArray();
        float[] values = numbers.toFloatArray();
        for (int i = 0; i < chosen.length; i++) {
            dense[i / lists.rows().k() * latents + chosen[i]] = values[i];
        }
        return gpu.manager().create(dense, new Shape(rows, latents)); // (B, F)
    }
}
