package org.lexicographer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products are, to the last bit, those of a loop over columns, slice by slice. */
@Tag("lanes")
class TileProductTest {

    private static Rows drawn(int count, int width, int seed) {
        Random random = new Random(seed);
        Rows rows = Rows.allocate(count, width);
        for (int row = 0; row < count; row++) {
            for (int column = 0; column < width; column++) {
                rows.set(row, column, (float) random.nextGaussian());
            }
        }
        return rows;
    }

    private static Rows transposed(Rows rows) {
        Rows result = Rows.allocate(rows.width(), rows.count());
        for (int row = 0; row < rows.count(); row++) {
            for (int column = 0; column < rows.width(); column++) {
                result.set(column, row, rows.get(row, column));
            }
        }
        return result;
    }

    private static float expected(Rows left, int row, Rows right, int other) {
        float sum = 0;
        for (int from = 0; from < left.width(); from += TileProduct.SLICE) {
            float slice = 0;
            int to = Math.min(left.width(), from + TileProduct.SLICE);
            for (int column = from; column < to; column++) {
                slice = Math.fma(left.get(row, column), right.get(other, column), slice);
            }
            sum += slice;
        }
        return sum;
    }

    private static void assertProduct(Rows left, Rows right, Panels panels) {
        TileProduct product = TileProduct.ofThread(left.width());
        for (int tile = 0; tile < TileProduct.tiles(left.count()); tile++) {
            int first = tile * TileProduct.ROWS;
            int count = Math.min(TileProduct.ROWS, left.count() - first);
            product.load(left, first, count);
            for (int panel = 0; panel < panels.count(); panel += TileProduct.PANELS) {
                product.multiply(panels, panel, panels.groupAt(panel));
                assertTile(left, first, count, right, panel * Panels.WIDTH, product.products());
            }
        }
    }

    private static void assertTile(
            Rows left, int first, int count, Rows right, int column, float[] products) {
        int last = Math.min(right.count(), column + TileProduct.STRIDE);
        for (int row = 0; row < count; row++) {
            for (int other = column; other < last; other++) {
                assertThat(products[row * TileProduct.STRIDE + other - column])
                        .as("row %d, column %d", first + row, other)
                        .isEqualTo(expected(left, first + row, right, other));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "7,3,17", "97,512,129", "100,513,40", "5,1025,16"})
    void rowsArePacked(int rows, int depth, int columns) {
        Rows left = drawn(rows, depth, 1);
        Rows right = drawn(columns, depth, 2);
        Panels panels = new Panels(columns, depth);
        for (int panel = 0; panel < panels.count(); panel++) {
            panels.pack(right, panel);
        }
        assertProduct(left, right, panels);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "7,3,17", "97,512,129", "100,513,40", "5,1025,16"})
    void columnsArePackedIntoMemoryThatWasUsedBefore(int rows, int depth, int columns) {
        // Given: memory full of what must not be multiplied
        Rows left = drawn(rows, depth, 1);
        Rows right = drawn(columns, depth, 2);
        Rows used = Rows.allocate(1, Math.toIntExact(Panels.size(columns, depth)));
        for (int i = 0; i < used.width(); i++) {
            used.set(0, i, Float.NaN);
        }
        Panels panels = new Panels(columns, depth, used.memory());

        // When
        Rows source = transposed(right);
        for (int panel = 0; panel < panels.count(); panel++) {
            panels.packTransposed(source, panel);
        }

        // Then
        assertProduct(left, right, panels);
    }
}
