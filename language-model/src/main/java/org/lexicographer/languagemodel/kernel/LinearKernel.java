package org.lexicographer.languagemodel.kernel;

import static org.lexicographer.kernel.Lanes.COUNT;
import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.kernel.Lanes.ORDER;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Tiles;
import org.lexicographer.kernel.Workers;

/**
 * y = f(x W^T + b), or that times what y was before, in one pass over y.
 *
 * @param weight W
 * @param bias b (M)
 * @param function f
 * @param onto whether it is multiplied with what y was
 */
public record LinearKernel(
        Matrix weight, Optional<NDArray> bias, RowFunction function, boolean onto) {

    /**
     * A matrix (M, D).
     *
     * @param elements as they are stored
     * @param transposed whether they are stored as (D, M)
     */
    public record Matrix(NDArray elements, boolean transposed) {

        /** Returns the matrix (M, D), a view. */
        public NDArray array() {
            return transposed ? elements.transpose() : elements; // (M, D)
        }

        /** Returns M. */
        public long rows() {
            return elements.getShape().get(transposed ? 1 : 0);
        }

        Panels panels(NDManager scope) {
            Rows stored = Rows.of(elements);
            return transposed
                    ? ScopedPanels.ofColumns(stored, scope)
                    : ScopedPanels.ofRows(stored, scope);
        }
    }

    /**
     * Computes y.
     *
     * @param input x (..., D)
     * @param output y (..., M)
     */
    public void run(NDArray input, NDArray output) {
        try (NDManager scope = output.getManager().newSubManager()) {
            Panels panels = weight.panels(scope);
            new Call(panels, padded(panels), Rows.of(output)).run(Rows.of(input));
        }
    }

    private float[] padded(Panels panels) {
        float[] padded = new float[panels.count() * Panels.WIDTH];
        bias.ifPresent(b -> System.arraycopy(b.toFloatArray(), 0, padded, 0, panels.rows())); // (M)
        return padded;
    }

    private final class Call {
        private final Panels panels;
        private final float[] bias;
        private final Rows output;

        Call(Panels panels, float[] bias, Rows output) {
            this.panels = panels;
            this.bias = bias;
            this.output = output;
        }

        void run(Rows input) {
            Workers workers = Workers.shared();
            Tiles tiles = Tiles.of(input.count(), workers.threads());
            workers.run(
                    tiles.count(),
                    (tile, worker) -> runTile(input, tiles.first(tile), tiles.rows(tile)));
        }

        private void runTile(Rows input, int firstRow, int rows) {
            TileProduct product = TileProduct.ofThread(input.width());
            product.load(input, firstRow, rows);
            float[] products = product.products();
            float[] factors = new float[TileProduct.STRIDE];
            boolean isPlain = function == RowFunction.IDENTITY && !onto;
            for (int panel = 0; panel < panels.count(); panel += TileProduct.PANELS) {
                product.multiply(panels, panel, panels.groupAt(panel));
                int first = panel * Panels.WIDTH;
                int length = Math.min(TileProduct.STRIDE, panels.rows() - first);
                for (int row = 0; row < rows; row++) {
                    int at = row * TileProduct.STRIDE;
                    if (isPlain) {
                        writeWithBias(firstRow + row, first, products, at, length);
                        continue;
                    }
                    int end = at + Lanes.padded(length);
                    addBias(products, at, end, first);
                    function.apply(products, at, end);
                    if (onto) {
                        output.read(firstRow + row, first, factors, 0, length);
                        multiply(products, at, end, factors);
                    }
                    output.write(firstRow + row, first, products, at, length);
                }
            }
        }

        /** Does in one pass over the products what else takes two. */
        private void writeWithBias(int row, int first, float[] values, int at, int length) {
            long to = output.place(row, first);
            int i = 0;
            for (; i <= length - COUNT; i += COUNT) {
                FloatVector.fromArray(FLOATS, values, at + i)
                        .add(FloatVector.fromArray(FLOATS, bias, first + i))
                        .intoMemorySegment(output.memory(), to + (long) i * Float.BYTES, ORDER);
            }
            for (; i < length; i++) {
                output.set(row, first + i, values[at + i] + bias[first + i]);
            }
        }

        private void addBias(float[] values, int from, int to, int first) {
            for (int i = from; i < to; i += COUNT) {
                FloatVector.fromArray(FLOATS, values, i)
                        .add(FloatVector.fromArray(FLOATS, bias, first + i - from))
                        .intoArray(values, i);
            }
        }

        private static void multiply(float[] values, int from, int to, float[] factors) {
            for (int i = from; i < to; i += COUNT) {
                FloatVector.fromArray(FLOATS, values, i)
                        .mul(FloatVector.fromArray(FLOATS, factors, i - from))
                        .intoArray(values, i);
            }
        }
    }
}
