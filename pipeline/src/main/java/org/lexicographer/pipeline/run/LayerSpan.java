package org.lexicographer.pipeline.run;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Consecutive layers of a language model.
 *
 * @param first the first of them, from 0
 * @param end the layer after the last one
 */
public record LayerSpan(int first, int end) {

    /** Checks that there is a layer. */
    public LayerSpan {
        if (first < 0 || end <= first) {
            throw new IllegalArgumentException(
                    "span without layers: first=%d, end=%d".formatted(first, end));
        }
    }

    /**
     * Cuts the first layers of a model into spans whose lengths differ by one at most: span i of S
     * begins at layer floor(i * layers / S).
     *
     * @param spans S, at most the number of layers
     */
    public static List<LayerSpan> even(int layers, int spans) {
        return IntStream.range(0, spans)
                .mapToObj(i -> new LayerSpan(at(i, layers, spans), at(i + 1, layers, spans)))
                .toList();
    }

    private static int at(int span, int layers, int spans) {
        return (int) ((long) span * layers / spans);
    }

    /** Tells whether a layer is one of them. */
    public boolean contains(int layer) {
        return layer >= first && layer < end;
    }

    /** Returns how many layers there are. */
    public int layers() {
        return end - first;
    }

    @Override
    public String toString() {
        return "layers %d to %d".formatted(first, end - 1);
    }
}
