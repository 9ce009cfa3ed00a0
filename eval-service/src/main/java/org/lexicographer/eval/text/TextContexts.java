package org.lexicographer.eval.text;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.languagemodel.tokenizer.ContextPacker;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.dataset.DocumentPart;

/**
 * A text as a language model takes it, packed by the rule of training; what remains after the last
 * full context is left out.
 *
 * @param contexts the full contexts
 * @param tokens how many tokens the text has, with those that are left out
 */
public record TextContexts(Contexts contexts, long tokens) {

    public TextContexts {
        requireNonNull(contexts, "contexts is null");
    }

    /** Packs documents, the long ones in parts, into contexts of so many tokens. */
    public static TextContexts pack(
            Tokenizer tokenizer, List<DocumentPart> documents, int contextLength) {
        ContextPacker packer =
                new ContextPacker(contextLength, tokenizer.endOfText(), DatasetPosition.START);
        List<int[]> full = new ArrayList<>();
        for (DocumentPart part : documents) {
            EncodedPart encoded =
                    new EncodedPart(part.document(), tokenizer.encode(part.text()), part.last());
            packer.add(0, encoded, context -> full.add(context.tokens()));
        }
        long tokens = (long) full.size() * contextLength + packer.waitingTokens();
        return new TextContexts(Contexts.join(contextLength, full), tokens);
    }
}
