package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lexicographer.languagemodel.tokenizer.PackedContext.Piece;
import org.lexicographer.pipeline.block.DatasetPosition;

/**
 * Packs documents into full contexts, in order and without padding, by the rule of a {@link
 * Packing}.
 *
 * <p>The separator belongs to the document that it follows: after n tokens it is token n. A
 * document without tokens gets none. The beginning of a context belongs to no document, and is left
 * out where the context begins with that very token anyway, be it a separator or of a document.
 *
 * <p>Where documents are joined, no token of theirs is left out, and tokens before the starting
 * position are passed over. Where they are separate, a document always starts a context, and
 * contexts before the starting position are passed over. So packing from {@link PackedContext#next}
 * on yields the contexts that follow it.
 */
public final class ContextPacker {

    private final Packing packing;
    private final DatasetPosition from;
    private final List<Piece> pieces = new ArrayList<>();
    private int[] context;
    private int filled;
    private long documentTokens;

    /**
     * Starts with an empty context.
     *
     * @param from the position of the first token to pack
     */
    public ContextPacker(Packing packing, DatasetPosition from) {
        this.packing = requireNonNull(packing, "packing is null");
        this.from = requireNonNull(from, "from is null");
        this.context = new int[packing.contextLength()];
    }

    /**
     * Packs a document, or the next part of it.
     *
     * @param shardOffset the offset of the shard that the document lies in
     * @param contexts takes each context that became full
     * @return how many of the document's tokens are dropped because it ends within a context of its
     *     own
     */
    public long add(long shardOffset, EncodedPart part, Consumer<PackedContext> contexts) {
        long document = part.document();
        long first = firstToken(shardOffset, document);
        for (int token : part.tokens()) {
            long number = documentTokens++;
            if (isPacked(number, first) && append(token, shardOffset, part, number)) {
                pass(new DatasetPosition(shardOffset, document, documentTokens), first, contexts);
            }
        }
        if (!part.last()) {
            return 0;
        }
        long tokens = documentTokens;
        documentTokens = 0;
        if (isPacked(tokens, first) && isSeparated(tokens, shardOffset, part)) {
            pass(new DatasetPosition(shardOffset, document + 1, 0), first, contexts);
        }
        return packing.isSeparate() ? drop(tokens) : 0;
    }

    /** Returns the number of tokens that wait for their context to become full. */
    public int waitingTokens() {
        return filled;
    }

    private long firstToken(long shardOffset, long document) {
        if (shardOffset != from.shardOffset()) {
            return shardOffset < from.shardOffset() ? Long.MAX_VALUE : 0;
        }
        if (document != from.document()) {
            return document < from.document() ? Long.MAX_VALUE : 0;
        }
        return from.token();
    }

    private boolean isPacked(long number, long first) {
        return packing.isSeparate() || number >= first;
    }

    /** Appends the separator, if there is one, and tells whether that made the context full. */
    private boolean isSeparated(long tokens, long shardOffset, EncodedPart part) {
        return tokens > 0
                && packing.separator().isPresent()
                && append(packing.separator().getAsInt(), shardOffset, part, tokens);
    }

    /** Appends a token, which is the first of its document or of the context in a new piece. */
    private boolean append(int token, long shardOffset, EncodedPart part, long number) {
        boolean startsContext = filled == 0;
        if (startsContext && packing.beginsBefore(token)) {
            context[filled++] = packing.beginning().getAsInt();
        }
        if (startsContext || number == 0) {
            DatasetPosition start = new DatasetPosition(shardOffset, part.document(), number);
            pieces.add(new Piece(filled, start, part.line()));
        }
        context[filled++] = token;
        return filled == packing.contextLength();
    }

    /** Hands a full context out, unless it lies before the starting position. */
    private void pass(DatasetPosition next, long first, Consumer<PackedContext> contexts) {
        PackedContext full = new PackedContext(context, next, pieces);
        pieces.clear();
        context = new int[packing.contextLength()];
        filled = 0;
        if (full.pieces().getFirst().start().token() >= first) {
            contexts.accept(full);
        }
    }

    /** Drops the tokens that wait, and tells how many of them a document of so many has. */
    private long drop(long tokens) {
        long dropped = filled == 0 ? 0 : tokens - pieces.getFirst().start().token();
        pieces.clear();
        filled = 0;
        return dropped;
    }
}
