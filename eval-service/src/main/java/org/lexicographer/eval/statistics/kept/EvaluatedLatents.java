package org.lexicographer.eval.statistics.kept;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.eval.evaluator.ContextView;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.metric.SparseRows;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/**
 * Keeps what a dictionary's latents do while it is evaluated, in whole shards, so that its
 * statistics run the language model for what was not evaluated alone. For use by one thread.
 */
public final class EvaluatedLatents implements AutoCloseable {

    private final KeptLatents kept;
    private final EvaluatedText text;
    private final DictionaryCheckpoint checkpoint;
    private final ContextView view;
    private Optional<KeptLatents.Keeping> keeping = Optional.empty();
    private boolean usable = true;

    /**
     * A text that is evaluated in part.
     *
     * @param read the text, all of whose contexts statistics are over
     * @param shardContexts contexts per shard, whole batches
     * @param evaluated how many of its contexts, the first ones, are evaluated
     */
    record EvaluatedText(ReadText read, int shardContexts, int evaluated) {

        EvaluatedText {
            requireNonNull(read, "read is null");
        }

        /** Returns the first context of the shard of a context. */
        int first(int context) {
            return context / shardContexts * shardContexts;
        }

        /** Returns one past the last context of the shard of a context. */
        int end(int context) {
            return Math.min(read.contexts().count(), first(context) + shardContexts);
        }

        boolean[] counted(int first, int end) {
            Contexts some = read.contexts().range(first, end);
            return some.counted(read.uncounted());
        }
    }

    EvaluatedLatents(
            KeptLatents kept, EvaluatedText text, DictionaryCheckpoint checkpoint, int size) {
        this.kept = kept;
        this.text = text;
        this.checkpoint = checkpoint;
        this.view = new ContextView(size, this::keep);
    }

    private void keep(ContextLatents context) {
        keeping.ifPresent(open -> open.add(context));
    }

    /**
     * Takes the latents of the next batch of whole contexts.
     *
     * @param firstContext the number of its first context
     * @param active the active latents of all its tokens
     */
    public void add(int firstContext, SparseRows active) {
        int end = text.end(firstContext);
        if (!usable || end > text.evaluated()) {
            return;
        }
        int first = text.first(firstContext);
        if (firstContext == first) {
            begin(text.read().part(first, end));
        }
        if (keeping.isEmpty()) {
            return;
        }
        int length = text.read().contexts().contextLength();
        int next = firstContext + active.rows() / length;
        if (next > end) {
            // Statistics have a smaller batch there.
            close();
            return;
        }
        try {
            view.show(firstContext, active, text.counted(firstContext, next), length);
        } catch (IllegalArgumentException e) {
            // Statistics will find that too, and say so; an evaluation is possible nevertheless.
            usable = false;
        }
        if (next == end) {
            if (usable) {
                keeping.get().complete();
            }
            close();
        }
    }

    private void begin(String shard) {
        KeptLatents.Key key =
                new KeptLatents.Key(checkpoint.dictionary().run(), checkpoint.prefix(), shard);
        keeping = kept.has(key) ? Optional.empty() : Optional.of(kept.keep(key));
    }

    /** Ends; a shard of which not all was seen is not kept. */
    @Override
    public void close() {
        keeping.ifPresent(KeptLatents.Keeping::close);
        keeping = Optional.empty();
    }
}
