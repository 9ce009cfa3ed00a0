package org.lexicographer.languagemodel.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
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

    /** One key head and its query heads in one context at a time; for use by one thread. */
    private final class Head {
        private final Call call;
        private final int depth;
        private final MemorySegment keys;
        private final MemorySegment values;
        private final float[] row;
        private final float[] queries;
        private final float[] scores;
        private final float[] weights;
        private final float[] mixed;
        private final int scoreStride;
        private final int mixedStride;
        private final Strips scoring;
        private final Strips mixing;
        private final Softmax softmax = new Softmax();

        Head(Call call, NDManager scope) {
            this.call = call;
            depth = Panels.evenDepth(call.headDim);
            scoreStride = Strips.padded(call.length);
            mixedStride = Strips.padded(call.headDim);
            keys = zeros(scoreStride * depth, scope);
            values = zeros(scoreStride * mixedStride, scope);
            row = new float[mixedStride];
            queries = new float[Strips.ROWS * depth];
            scores = new float[Strips.ROWS * scoreStride];
            mixed = new float[Strips.ROWS * mixedStride];
            weights = new float[Strips.ROWS * scoreStride];
            scoring = new Strips(queries, scores, scoreStride);
            mixing = new Strips(weights, mixed, mixedStride);
        }

        private static MemorySegment zeros(long size, NDManager scope) {
            NDArray array = scope.create(new Shape(size), DataType.FLOAT32); // (size)
            MemorySegment memory = MemorySegment.ofBuffer(array.toByteBuffer(true));
            memory.fill((byte) 0);
            return memory;
        }

        void run(int context, int keyHead) {
            pack(context * call.length, keyHead);
            for (int shared = 0; shared < call.shared; shared++) {
                for (int first = 0; first < call.length; first += Strips.ROWS) {
                    mix(context * call.length, keyHead * call.shared + shared, first);
                }
            }
        }

        private void pack(int start, int head) {
            for (int position = 0; position < call.length; position++) {
                call.keys.read(start + position, head, row, 0, call.headDim);
                call.turning.turn(row, 0, position);
                PanelElements.setRow(keys, depth, position, row, call.headDim);
                call.values.read(start + position, head, row, 0, call.headDim);
                PanelElements.setColumn(values, scoreStride, position, row, call.headDim);
            }
        }

        private void mix(int start, int head, int first) {
            int end = Math.min(call.length, first + Strips.ROWS);
            for (int position = first; position < end; position++) {
                call.queries.read(start + position, head, row, 0, call.headDim);
                call.turning.turn(row, 0, position);
                setQuery(position - first);
            }
            int from = Math.max(0, first - window + 1) / Strips.WIDTH * Strips.WIDTH;
            int to = Strips.padded(end);
            for (int key = from; key < to; key += Strips.WIDTH) {
                scoring.multiply(keys, (long) key * depth * Float.BYTES, 0, depth, key);
            }
            for (int position = first; position < end; position++) {
                weigh(position, position - first, from, to);
            }
            for (int column = 0; column < mixedStride; column += Strips.WIDTH) {
                long at = ((long) column * scoreStride + (long) from * Strips.WIDTH) * Float.BYTES;
                mixing.multiply(values, at, from * Strips.ROWS, to - from, column);
            }
            for (int position = first; position < end; position++) {
                int at = (position - first) * mixedStride;
                call.output.write(start + position, head * call.headDim, mixed, at, call.headDim);
            }
        }

        private void setQuery(int number) {
            float factor = (float) scale;
            for (int i = 0; i < call.headDim; i++) {
                queries[i * Strips.ROWS + number] = row[i] * factor;
            }
        }

        /** Turns a row of scores into weights, 0 where the position may not look. */
        private void weigh(int position, int number, int from, int to) {
            int at = number * scoreStride;
            int first = Math.max(from, position - window + 1);
            cap.apply(scores, at + from, at + to);
            float factor = softmax.apply(scores, at + from, at + to, at + first, at + position + 1);
            for (int key = from; key < to; key++) {
                weights[key * Strips.ROWS + number] = scores[at + key] * factor;
            }
        }
    }
}
