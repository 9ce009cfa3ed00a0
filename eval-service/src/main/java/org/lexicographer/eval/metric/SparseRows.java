package org.lexicographer.eval.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.lexicographer.kernel.Workers;

/**
 * The active latents of some tokens, those that are not 0, row after row.
 *
 * @param starts where each row begins in the other two, and where the last one ends, (N + 1)
 * @param latents which latents they are, rising within a row
 * @param values what they are
 */
public record SparseRows(int[] starts, int[] latents, float[] values) {

    private static final int MANY = 64;

    private static final int ROWS_OF_PART = 128;

    /**
     * Finds the active latents.
     *
     * @param latents float32 (N, F), which stay the caller's
     */
    public static SparseRows of(NDArray latents) {
        return latents.getDevice().isGpu() ? gathered(latents) : scanned(latents);
    }

    /** Reads the array where it lies, once, in parts. */
    static SparseRows scanned(NDArray latents) {
        int rows = Math.toIntExact(latents.getShape().get(0));
        int width = Math.toIntExact(latents.getShape().get(1));
        FloatBuffer elements =
                latents.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
        SparseRows[] parts = new SparseRows[Math.ceilDiv(rows, ROWS_OF_PART)];
        Workers.shared()
                .run(
                        parts.length,
                        (part, _) -> {
                            int first = part * ROWS_OF_PART;
                            int count = Math.min(ROWS_OF_PART, rows - first);
                            FloatBuffer own = elements.slice(first * width, count * width);
                            parts[part] = scanned(own, count, width);
                        });
        return joined(List.of(parts));
    }

    /** Returns the tokens of several, one after the other. */
    public static SparseRows joined(List<SparseRows> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        int rows = parts.stream().mapToInt(SparseRows::rows).sum();
        int count = parts.stream().mapToInt(SparseRows::count).sum();
        int[] starts = new int[rows + 1];
        int[] columns = new int[count];
        float[] values = new float[count];
        int row = 0;
        int entry = 0;
        for (SparseRows part : parts) {
            for (int n = 1; n <= part.rows(); n++) {
                starts[++row] = entry + part.starts[n];
            }
            System.arraycopy(part.latents, 0, columns, entry, part.count());
            System.arraycopy(part.values, 0, values, entry, part.count());
            entry += part.count();
        }
        return new SparseRows(starts, columns, values);
    }

    private static SparseRows scanned(FloatBuffer elements, int rows, int width) {
        float[] row = new float[width];
        int[] starts = new int[rows + 1];
        int[] columns = new int[rows * Math.min(row.length, MANY)];
        float[] values = new float[columns.length];
        int count = 0;
        for (int n = 0; n < rows; n++) {
            if (columns.length - count < row.length) {
                columns = Arrays.copyOf(columns, 2 * columns.length + row.length);
                values = Arrays.copyOf(values, columns.length);
            }
            elements.get(row);
            for (int k = 0; k < row.length; k++) {
                if (row[k] != 0) {
                    columns[count] = k;
                    values[count++] = row[k];
                }
            }
            starts[n + 1] = count;
        }
        return new SparseRows(starts, Arrays.copyOf(columns, count), Arrays.copyOf(values, count));
    }

    /** Leaves what is 0 on the device. */
    static SparseRows gathered(NDArray latents) {
        int rows = Math.toIntExact(latents.getShape().get(0));
        int width = Math.toIntExact(latents.getShape().get(1));
        try (NDManager scope = latents.getManager().newSubManager()) {
            NDArray flat = latents.flatten(); // (N * F)
            flat.attach(scope);
            NDArray places = flat.nonzero().flatten(); // (active)
            long[] place = places.toLongArray();
            int[] starts = new int[rows + 1];
            int[] columns = new int[place.length];
            for (int i = 0; i < place.length; i++) {
                columns[i] = (int) (place[i] % width);
                starts[(int) (place[i] / width) + 1]++;
            }
            Arrays.parallelPrefix(starts, Integer::sum);
            float[] values =
                    place.length == 0 ? new float[0] : flat.gather(places, 0).toFloatArray();
            return new SparseRows(starts, columns, values);
        }
    }

    /** Returns the active latents of some of the tokens: {@code count} from {@code first} on. */
    public SparseRows range(int first, int count) {
        int from = starts[first];
        int to = starts[first + count];
        int[] own = Arrays.copyOfRange(starts, first, first + count + 1);
        for (int row = 0; row < own.length; row++) {
            own[row] -= from;
        }
        return new SparseRows(
                own, Arrays.copyOfRange(latents, from, to), Arrays.copyOfRange(values, from, to));
    }

    /**
     * Returns all latents.
     *
     * @param dictionarySize the number of latents, F
     * @return float32 (N, F), the manager's
     */
    NDArray dense(NDManager manager, int dictionarySize) {
        float[] all = new float[Math.multiplyExact(rows(), dictionarySize)];
        for (int row = 0; row < rows(); row++) {
            for (int i = starts[row]; i < starts[row + 1]; i++) {
                all[row * dictionarySize + latents[i]] = values[i];
            }
        }
        return manager.create(all, new Shape(rows(), dictionarySize)); // (N, F)
    }

    /** Returns the number of tokens, N. */
    public int rows() {
        return starts.length - 1;
    }

    /** Returns how many latents are active on all the tokens together. */
    public int count() {
        return values.length;
    }
}
