package org.lexicographer.eval.evaluator;

import java.util.Arrays;
import java.util.function.Consumer;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.metric.SparseRows;

/** Shows what latents do in batches context by context. For use by one thread. */
public final class ContextView {

    private final ContextLatents latents;
    private final Consumer<ContextLatents> sink;

    /**
     * Creates a view.
     *
     * @param dictionarySize the number of latents, F
     * @param sink is shown one context after the other, in an object that is used again
     */
    public ContextView(int dictionarySize, Consumer<ContextLatents> sink) {
        this.latents = new ContextLatents(dictionarySize);
        this.sink = sink;
    }

    /**
     * Shows the contexts of a batch.
     *
     * @param first the number of the first of them
     * @param active the active latents of all its tokens
     * @param counted of each token, whether it counts
     * @param length tokens per context, T
     * @throws IllegalArgumentException when a value is negative or not finite
     */
    public void show(int first, SparseRows active, boolean[] counted, int length) {
        for (int context = 0; context < active.rows() / length; context++) {
            int start = context * length;
            latents.set(
                    first + context,
                    active.range(start, length),
                    Arrays.copyOfRange(counted, start, start + length));
            sink.accept(latents);
        }
    }
}
