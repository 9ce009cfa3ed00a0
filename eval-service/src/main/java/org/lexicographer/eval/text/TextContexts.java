package org.lexicographer.eval.text;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.languagemodel.tokenizer.ContextPacker;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.languagemodel.tokenizer.PackedContext.Piece;
import org.lexicographer.languagemodel.tokenizer.Packing;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.dataset.Document;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;

/**
 * A text as a language model takes it, packed by the rule of training; what remains after the last
 * full context is left out.
 *
 * @param traced the full contexts
 * @param tokens how many tokens the text has, with those that are left out
 */
public record TextContexts(TracedContexts traced, long tokens) {

    public TextContexts {
        requireNonNull(traced, "traced is null");
    }

    /**
     * Packs documents, the long ones in parts.
     *
     * @param file the address of the documents' file; empty when they came without one
     * @param packing how the documents are packed
     */
    public static TextContexts pack(
            Tokenizer tokenizer,
            List<? extends Document> documents,
            Optional<String> file,
            Packing packing) {
        ContextPacker packer = new ContextPacker(packing, DatasetPosition.START);
        List<PackedContext> full = new ArrayList<>();
        long dropped = 0;
        for (Document document : documents) {
            dropped += packer.add(0, EncodedPart.of(document, tokenizer), full::add);
        }
        int contextLength = packing.contextLength();
        long taken = (long) full.size() * contextLength + packer.waitingTokens();
        return new TextContexts(traced(full, file, contextLength), taken + dropped);
    }

    private static TracedContexts traced(
            List<PackedContext> full, Optional<String> file, int contextLength) {
        Contexts contexts =
                Contexts.join(contextLength, full.stream().map(PackedContext::tokens).toList());
        List<List<DocumentSpan>> origins =
                full.stream()
                        .map(
                                context ->
                                        context.pieces().stream()
                                                .map(it -> span(it, file))
                                                .toList())
                        .toList();
        return new TracedContexts(contexts, new ContextOrigins(origins));
    }

    private static DocumentSpan span(Piece piece, Optional<String> file) {
        DatasetPosition start = piece.start();
        return new DocumentSpan(
                piece.position(), file, start.document(), piece.line(), start.token());
    }
}
