package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lexicographer.languagemodel.tokenizer.PackedContext.Piece;
import org.lexicographer.pipeline.block.DatasetPosition;

/**
 * Packs documents into full contexts: documents in order, each followed by the end-of-text token,
 * no padding, nothing left out.
 *
 * <p>The end-of-text token belongs to the document that it ends: after n tokens it is token n. A
 * document without tokens gets none. Tokens before the starting position are passed over, so
 * packing from {@link PackedContext#next} on yields the contexts that follow it.
 */
public final class ContextPacker {

    private final int contextLength;
    private final int endOfText;
    private final DatasetPosition from;
    private final List<Piece> pieces = new ArrayList<>();
    private int[] context;
    private int filled;
    private long documentTokens;

    /**
     * Starts with an empty context.
     *
     * @param contextLength tokens per context, T
     * @param endOfText the id of the token after each document
     * @param from the position of the first token to pack
     */
    public ContextPacker(int contextLength, int endOfText, DatasetPosition from) {
        this.contextLength = contextLength;
        this.endOfText = endOfText;
        this.from = requireNonNull(from, "from is null");
        this.context = new int[contextLength];
    }

    /**
     * Packs a document, or the next part of it.
     *
     * @param shardOffset the offset of the shard that the document lies in
     * @param contexts takes each context that became full
     */
    public void add(long shardOffset, EncodedPart part, Consumer<PackedContext> contexts) {
        long document = part.document();
        long first = firstToken(shardOffset, document);
        for (int token : part.tokens()) {
            long number = documentTokens++;
            if (number >= first && append(token, shardOffset, part, number)) {
                contexts.accept(take(new DatasetPosition(shardOffset, document, documentTokens)));
            }
        }
        if (part.last()) {
            long number = documentTokens;
            documentTokens = 0;
            if (number > 0 && number >= first && append(endOfText, shardOffset, part, number)) {
                contexts.accept(take(new DatasetPosition(shardOffset, document + 1, 0)));
            }
        }
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

    /** Appends a token, which is the first of its document or of the context in a new piece. */
    private boolean append(int token, long shardOffset, EncodedPart part, long number) {
        if (filled == 0 || number == 0) {
            DatasetPosition start = new DatasetPosition(shardOffset, part.document(), number);
            pieces.add(new Piece(filled, start, part.line()));
        }
        context[filled++] = token;
        return filled == contextLength;
    }

    private PackedContext take(DatasetPosition next) {
        PackedContext full = new PackedContext(context, next, pieces);
        pieces.clear();
        context = new int[contextLength];
        filled = 0;
        return full;
    }
}
