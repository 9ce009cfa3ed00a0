package org.lexicographer.languagemodel.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Strips;
import org.lexicographer.kernel.Workers;

/**
 * softmax(cap(scale * Q K^T)) V per head, where a position sees itself and up to {@code window} - 1
 * before it. Scores exist for six queries of one head at a time, and only where they may look.
 *
 * @param scale of the scores
 * @param window at least 1
 * @param cap of the scores
 */
public record AttentionKernel(double scale, int window, RowFunction cap) {

    /**
     * What the heads read. Query head h reads key and value head h / (H/G).
     *
     * @param queries H heads
     * @param keys G heads, where G divides H
     * @param values G heads
     * @param headDim E
     * @param rotation of queries and keys; empty when they are not turned
     */
    public record Input(
            HeadColumns queries,
            HeadColumns keys,
            HeadColumns values,
            int headDim,
            Optional<Rotation> rotation) {

        /** Returns heads that are not turned. */
        public static Input of(
                HeadColumns queries, HeadColumns keys, HeadColumns values, int headDim) {
            return new Input(queries, keys, values, headDim, Optional.empty());
        }

        /** Returns the same heads, turned. */
        public Input turned(Rotation by) {
            return new Input(queries, keys, values, headDim, Optional.of(by));
        }
    }

    /**
     * Some heads in an array (B, T, columns).
     *
     * @param array contiguous
     * @param count how many
     * @param first column of the first head
     * @param step from one head's first column to the next head's
     */
    public record HeadColumns(NDArray array, int count, int first, int step) {

        Reader reader() {
            return new Reader(Rows.of(array), first, step);
        }
    }

    private record Reader(Rows rows, int first, int step) {

        void read(int row, int head, float[] to, int at, int length) {
            rows.read(row, first + head * step, to, at, length);
        }
    }

    /**
     * The angles that the first dimensions of a head are turned by, i together with i + R/2.
     *
     * @param cosines (T, R/2)
     * @param sines (T, R/2)
     */
    public record Rotation(NDArray cosines, NDArray sines) {}

    /** Computes the heads' outputs side by side. */
    public void run(Input input, NDArray output) {
        Shape shape = input.queries().array().getShape();
        int contexts = Math.toIntExact(shape.get(0));
        int length = Math.toIntExact(shape.get(1));
        int groups = input.keys().count();
        Workers workers = Workers.shared();
        try (NDManager scope = output.getManager().newSubManager()) {
            Call call = new Call(input, length, Rows.of(output));
            Head[] heads = new Head[workers.threads()];
            for (int i = 0; i < Math.min(heads.length, contexts * groups); i++) {
                heads[i] = new Head(call, scope);
            }
            workers.run(
                    contexts * groups,
                    (task, worker) -> heads[worker].run(task / groups, task % groups));
        }
    }

    /** What all heads have in common. */
    private final class Call {
        private final int length;
        private final int headDim;
        private final int shared;
        private final Reader queries;
        private final Reader keys;
        private final Reader values;
        private final Turning turning;
        private final Rows output;

        Call(Input input, int length, Rows output) {
            this.length = length;
            this.headDim = input.headDim();
            this.shared = input.queries().count() / input.keys().count();
            this.queries = input.queries().reader();
            this.keys = input.keys().reader();
            this.values = input.values().reader();
            this.turning = Turning.of(input.rotation());
            this.output = output;
        }
    }

    /**
     * One key head and its query heads in one context at a time; for use by one thread. Scores are
     * kept key after key with the queries of a panel side by side, so that each query has a lane of
     * its own from its scores to its output: nothing is added up or turned over across lanes.
     */
    private final class Head {
        private final Call call;
        private final int depth;
        private final int keys;
        private final float[] row;
        private final float[] sixRows;
        private final float[] keyStrips;
        private final float[] valueStrips;
        private final MemorySegment queries;
        private final float[] scores;
        private final MemorySegment weights;
        private final float[] mixed;
        private final Strips scoring;
        private final Strips mixing;
        private final LaneSoftmax softmax = new LaneSoftmax();

        Head(Call call, NDManager scope) {
            this.call = call;
            depth = Panels.evenDepth(call.headDim);
            keys = wholeStrips(call.length);
            row = new float[call.headDim];
            sixRows = new float[Strips.ROWS * call.headDim];
            keyStrips = new float[keys * depth];
            valueStrips = new float[wholeStrips(call.headDim) * keys];
            queries = zeros(depth * Strips.WIDTH, scope);
            scores = new float[keys * Strips.WIDTH];
            weights = zeros(keys * Strips.WIDTH, scope);
            mixed = new float[wholeStrips(call.headDim) * Strips.WIDTH];
            scoring = new Strips(keyStrips, scores, Strips.WIDTH);
            mixing = new Strips(valueStrips, mixed, Strips.WIDTH);
        }

        private static int wholeStrips(int rows) {
            return Math.ceilDiv(rows, Strips.ROWS) * Strips.ROWS;
        }

        private static MemorySegment zeros(long size, NDManager scope) {
            NDArray array = scope.create(new Shape(size), DataType.FLOAT32); // (size)
            MemorySegment memory = MemorySegment.ofBuffer(array.toByteBuffer(true));
            memory.fill((byte) 0);
            return memory;
        }

        void run(int context, int keyHead) {
            int start = context * call.length;
            pack(start, keyHead);
            for (int shared = 0; shared < call.shared; shared++) {
                for (int first = 0; first < call.length; first += Strips.WIDTH) {
                    mix(start, keyHead * call.shared + shared, first);
                }
            }
        }

        private void pack(int start, int head) {
            for (int position = 0; position < call.length; position += Strips.ROWS) {
                int end = Math.min(call.length, position + Strips.ROWS);
                packKeys(start, head, position, end);
                packValues(start, head, position, end);
            }
        }

        private void packKeys(int start, int head, int first, int end) {
            int dim = call.headDim;
            if (end - first < Strips.ROWS) {
                Arrays.fill(sixRows, 0);
            }
            for (int position = first; position < end; position++) {
                int at = (position - first) * dim;
                call.keys.read(start + position, head, sixRows, at, dim);
                call.turning.turn(sixRows, at, position);
            }
            int to = first * depth;
            for (int i = 0; i < dim; i++, to += Strips.ROWS) {
                keyStrips[to] = sixRows[i];
                keyStrips[to + 1] = sixRows[dim + i];
                keyStrips[to + 2] = sixRows[2 * dim + i];
                keyStrips[to + 3] = sixRows[3 * dim + i];
                keyStrips[to + 4] = sixRows[4 * dim + i];
                keyStrips[to + 5] = sixRows[5 * dim + i];
            }
        }

        private void packValues(int start, int head, int first, int end) {
            for (int position = first; position < end; position++) {
                call.values.read(start + position, head, row, 0, call.headDim);
                for (int i = 0; i < row.length; i += Strips.ROWS) {
                    int to = i * keys + position * Strips.ROWS;
                    System.arraycopy(
                            row, i, valueStrips, to, Math.min(Strips.ROWS, row.length - i));
                }
            }
        }

        private void mix(int start, int head, int first) {
            int end = Math.min(call.length, first + Strips.WIDTH);
            setQueries(start, head, first, end);
            int from = Math.max(0, first - window + 1) / Strips.ROWS * Strips.ROWS;
            int to = wholeStrips(end);
            for (int key = from; key < to; key += Strips.ROWS) {
                scoring.multiply(queries, 0, key * depth, depth, key * Strips.WIDTH);
            }
            cap.apply(scores, from * Strips.WIDTH, to * Strips.WIDTH);
            hide(first, from, to);
            softmax.apply(scores, from * Strips.WIDTH, to * Strips.WIDTH, weights);
            long at = (long) from * Strips.WIDTH * Float.BYTES;
            for (int i = 0; i < call.headDim; i += Strips.ROWS) {
                int valuesAt = i * keys + from * Strips.ROWS;
                mixing.multiply(weights, at, valuesAt, to - from, i * Strips.WIDTH);
            }
            softmax.divide(mixed, call.headDim * Strips.WIDTH);
            for (int position = first; position < end; position++) {
                for (int i = 0, lane = position - first; i < row.length; i++) {
                    row[i] = mixed[i * Strips.WIDTH + lane];
                }
                call.output.write(start + position, head * row.length, row, 0, row.length);
            }
        }

        private void setQueries(int start, int head, int first, int end) {
            float factor = (float) scale;
            if (end - first < Strips.WIDTH) {
                queries.fill((byte) 0);
            }
            for (int position = first; position < end; position++) {
                call.queries.read(start + position, head, row, 0, call.headDim);
                call.turning.turn(row, 0, position);
                for (int i = 0; i < row.length; i++) {
                    long at = (long) i * Strips.WIDTH + position - first;
                    queries.setAtIndex(ValueLayout.JAVA_FLOAT, at, row[i] * factor);
                }
            }
        }

        /**
         * Leaves no weight to what a query may not see: later keys, and those before its window.
         */
        private void hide(int first, int from, int to) {
            for (int key = first + 1; key < to; key++) {
                int at = key * Strips.WIDTH;
                int hidden = Math.min(Strips.WIDTH, key - first);
                Arrays.fill(scores, at, at + hidden, Float.NEGATIVE_INFINITY);
            }
            long firstWhole = (long) first + Strips.WIDTH - window;
            for (int key = from; key < Math.min(to, firstWhole); key++) {
                int at = key * Strips.WIDTH;
                int seen = Math.max(0, key - first + window);
                Arrays.fill(scores, at + seen, at + Strips.WIDTH, Float.NEGATIVE_INFINITY);
            }
        }
    }
}
