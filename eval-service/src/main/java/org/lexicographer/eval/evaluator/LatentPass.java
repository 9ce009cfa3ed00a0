package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.metric.SparseRows;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.pipeline.Site;

/**
 * Runs contexts through a language model up to the last site that a dictionary reads, and shows
 * what the latents of all dictionaries do in context after context. A batch of the text has the
 * same contexts whichever part of the text is run, so that latents are the same bits.
 */
public final class LatentPass {

    private final LanguageModel model;
    private final Contexts text;
    private final int batchContexts;
    private final Set<Integer> uncounted;

    /**
     * Creates a pass.
     *
     * @param model the language model, which stays the caller's
     * @param text all contexts, of which parts are run
     * @param batchContexts contexts per forward pass, B
     * @param uncounted ids of the tokens that do not count, such as special tokens
     */
    public LatentPass(
            LanguageModel model, Contexts text, int batchContexts, Set<Integer> uncounted) {
        this.model = requireNonNull(model, "model is null");
        this.text = requireNonNull(text, "text is null");
        this.batchContexts = batchContexts;
        this.uncounted = Set.copyOf(uncounted);
    }

    /**
     * A dictionary and who looks at its latents.
     *
     * @param dictionary the dictionary, which stays the caller's
     * @param site the site that it reads
     * @param sink is shown one context after the other, in an object that is used again
     */
    public record Reader(Dictionary dictionary, Site site, Consumer<ContextLatents> sink) {}

    /**
     * Runs the contexts {@code first} to before {@code end}.
     *
     * @throws IllegalArgumentException when they do not begin where a batch of the text does, or a
     *     dictionary does not fit its site
     */
    public void run(int first, int end, List<Reader> readers) {
        if (first % batchContexts != 0) {
            throw new IllegalArgumentException(
                    "part does not begin with a batch: batchContexts=%d, first=%d"
                            .formatted(batchContexts, first));
        }
        List<OneReader> all = readers.stream().map(this::reader).toList();
        for (int from = first; from < end; from += batchContexts) {
            if (Thread.currentThread().isInterrupted()) {
                throw new EvaluationInterruptedException();
            }
            runBatch(from, Math.min(end, from + batchContexts), all);
        }
    }

    private OneReader reader(Reader reader) {
        int expected = model.activationDim(reader.site());
        if (reader.dictionary().inputDim() != expected) {
            throw new IllegalArgumentException(
                    "activation width mismatch: expected=%d, found=%d, site=%s"
                            .formatted(expected, reader.dictionary().inputDim(), reader.site()));
        }
        return new OneReader(reader, new ContextLatents(reader.dictionary().dictionarySize()));
    }

    private void runBatch(int from, int to, List<OneReader> readers) {
        Contexts batch = text.range(from, to);
        Set<Site> sites =
                readers.stream().map(one -> one.reader().site()).collect(Collectors.toSet());
        try (NDManager scope = model.newScope()) {
            Shape shape = new Shape(batch.count(), batch.contextLength());
            NDArray tokens = scope.create(batch.tokens(), shape); // (B, T)
            Map<Site, NDArray> activations = model.observe(tokens, sites); // (B, T, D) each
            for (int context = 0; context < batch.count(); context++) {
                boolean[] counted = counted(batch, context);
                for (OneReader one : readers) {
                    one.show(activations.get(one.reader().site()), context, from, counted);
                }
            }
        }
    }

    private boolean[] counted(Contexts batch, int context) {
        boolean[] counted = new boolean[batch.contextLength()];
        for (int position = 0; position < counted.length; position++) {
            counted[position] =
                    !uncounted.contains(batch.tokens()[context * counted.length + position]);
        }
        return counted;
    }

    private record OneReader(Reader reader, ContextLatents latents) {

        void show(NDArray activations, int context, int firstOfBatch, boolean[] counted) {
            try (NDManager scope = activations.getManager().newSubManager()) {
                NDArray rows = activations.get(new NDIndex("%d".formatted(context))); // (T, D)
                rows.attach(scope);
                SparseRows active = SparseRows.of(reader.dictionary().encode(rows)); // (T, F)
                latents.set(firstOfBatch + context, active, counted);
                reader.sink().accept(latents);
            }
        }
    }
}
