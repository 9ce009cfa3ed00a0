package org.lexicographer.languagemodel.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.program.Programs;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

class StoredWeightsTest {

    private static final int LAYERS = 4;
    private static final int ROWS = 6;
    private static final int WIDTH = 5;
    private static final long LAYER_BYTES = ROWS * WIDTH * Float.BYTES;

    private final NDManager owner = NDManager.newBaseManager();
    private SafetensorsFile tensors;

    @BeforeEach
    void write() throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int layer = 0; layer < LAYERS; layer++) {
            ByteBuffer halves =
                    ByteBuffer.allocate(ROWS * WIDTH * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < ROWS * WIDTH; i++) {
                halves.putShort((short) (Float.floatToRawIntBits(value(layer, i)) >>> 16));
            }
            writer.add(
                    name(layer),
                    SafetensorsType.BF16,
                    List.of((long) ROWS, (long) WIDTH),
                    halves.flip());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.writeTo(bytes);
        tensors = SafetensorsFile.read(bytes.toByteArray());
    }

    @AfterEach
    void close() {
        owner.close();
    }

    private static String name(int layer) {
        return "layers." + layer;
    }

    /** A small whole number, which bfloat16 holds exactly. */
    private static float value(int layer, int element) {
        return layer * 32 + element - 60;
    }

    private static float[] values(int layer, int fromRow, int rows) {
        float[] values = new float[rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(layer, fromRow * WIDTH + i);
        }
        return values;
    }

    private void passThroughAllLayers(StoredWeights weights) {
        for (int layer = 0; layer < LAYERS; layer++) {
            try (NDManager scope = owner.newSubManager()) {
                NDArray taken =
                        weights.within(scope).take(name(layer), ROWS, WIDTH); // (ROWS, WIDTH)
                assertThat(taken.toFloatArray()).containsExactly(values(layer, 0, ROWS));
            }
        }
    }

    @Test
    void withoutABudgetLayersTakeTurnsInOneLayersMemory() {
        StoredWeights weights = new StoredWeights(tensors, owner, Programs.NONE, 0);

        passThroughAllLayers(weights);
        passThroughAllLayers(weights);

        // The last layer of the first pass is not the first of the second.
        assertThat(weights.widenings()).isEqualTo(2 * LAYERS);
        assertThat(weights.bytes()).isEqualTo(LAYER_BYTES);
    }

    @Test
    void withSomeBudgetPassesFindLayersOfThePassBefore() {
        StoredWeights weights = new StoredWeights(tensors, owner, Programs.NONE, 2 * LAYER_BYTES);

        passThroughAllLayers(weights);
        passThroughAllLayers(weights);
        passThroughAllLayers(weights);
        passThroughAllLayers(weights);

        // Of the twelve turns after the first pass, four find their layer: no rule finds more.
        assertThat(weights.widenings()).isEqualTo(LAYERS + 8);
        assertThat(weights.bytes()).isEqualTo(2 * LAYER_BYTES);
    }

    @Test
    void withEnoughBudgetEachLayerIsWidenedOnce() {
        StoredWeights weights =
                new StoredWeights(tensors, owner, Programs.NONE, LAYERS * LAYER_BYTES);

        passThroughAllLayers(weights);
        passThroughAllLayers(weights);

        assertThat(weights.widenings()).isEqualTo(LAYERS);
        assertThat(weights.bytes()).isEqualTo(LAYERS * LAYER_BYTES);
    }

    @Test
    void whoeverNeedsTheSameRowsSharesThem() {
        StoredWeights weights = new StoredWeights(tensors, owner, Programs.NONE, 0);
        try (NDManager one = owner.newSubManager();
                NDManager other = owner.newSubManager()) {
            weights.within(one).take(name(1), ROWS, WIDTH);
            weights.within(other).take(name(1), ROWS, WIDTH);

            assertThat(weights.widenings()).isEqualTo(1);
            assertThat(weights.bytes()).isEqualTo(LAYER_BYTES);
        }
    }

    @Test
    void whatIsInUseIsNotFilledAnew() {
        StoredWeights weights = new StoredWeights(tensors, owner, Programs.NONE, 0);
        try (NDManager one = owner.newSubManager();
                NDManager other = owner.newSubManager()) {
            NDArray first = weights.within(one).take(name(0), ROWS, WIDTH); // (ROWS, WIDTH)
            NDArray second = weights.within(other).take(name(1), ROWS, WIDTH); // (ROWS, WIDTH)

            assertThat(first.toFloatArray()).containsExactly(values(0, 0, ROWS));
            assertThat(second.toFloatArray()).containsExactly(values(1, 0, ROWS));
            assertThat(weights.bytes()).isEqualTo(2 * LAYER_BYTES);
        }
    }

    @Test
    void aTableWidensTheRowsThatAreAskedForAlone() {
        StoredWeights weights = new StoredWeights(tensors, owner, Programs.NONE, 0);
        try (NDManager scope = owner.newSubManager()) {
            RowTable table = weights.throughout().table(name(2), ROWS, WIDTH);
            NDArray tokens = scope.create(new long[] {5, 0, 0, 3}, new Shape(2, 2)); // (B, T)

            NDArray tile = table.rows(2, 5, scope); // (3, WIDTH)
            NDArray rows = table.rows(tokens); // (B, T, WIDTH)

            assertThat(tile.getShape()).isEqualTo(new Shape(3, WIDTH));
            assertThat(tile.toFloatArray()).containsExactly(values(2, 2, 3));
            assertThat(rows.getShape()).isEqualTo(new Shape(2, 2, WIDTH));
            assertThat(rows.get(0, 0).toFloatArray()).containsExactly(values(2, 5, 1));
            assertThat(rows.get(1, 1).toFloatArray()).containsExactly(values(2, 3, 1));
            assertThat(weights.bytes()).isEqualTo(3 * WIDTH * Float.BYTES);
        }
    }
}
