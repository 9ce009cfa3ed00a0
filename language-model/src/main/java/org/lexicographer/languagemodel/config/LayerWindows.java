package org.lexicographer.languagemodel.config;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.attention.AttentionRule;

/** Reads which layers see all positions before, and which a window of the last ones. */
public final class LayerWindows {

    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";
    private static final String KEY = "layer_types";

    private LayerWindows() {}

    /**
     * Returns each layer's window in positions, {@link AttentionRule#UNBOUNDED} where it is full.
     *
     * @param window of the layers that have one; empty when none may have
     * @param slidingByDefault which layers, from 0, have one where {@code layer_types} is absent
     */
    public static List<Integer> read(
            ModelConfig config, int layers, OptionalInt window, IntPredicate slidingByDefault) {
        List<String> types =
                config.texts(KEY)
                        .orElseGet(
                                () ->
                                        IntStream.range(0, layers)
                                                .mapToObj(
                                                        i ->
                                                                slidingByDefault.test(i)
                                                                        ? SLIDING
                                                                        : FULL)
                                                .toList());
        if (types.size() != layers) {
            throw config.invalid(KEY, layers + " of them", types.size());
        }
        List<Integer> windows = new ArrayList<>();
        for (String type : types) {
            windows.add(
                    switch (type) {
                        case FULL -> AttentionRule.UNBOUNDED;
                        case SLIDING ->
                                window.orElseThrow(
                                        () ->
                                                config.invalid(
                                                        "sliding_window",
                                                        "a window for " + SLIDING,
                                                        "none"));
                        default -> throw config.invalid(KEY, FULL + " or " + SLIDING, type);
                    });
        }
        return windows;
    }
}
