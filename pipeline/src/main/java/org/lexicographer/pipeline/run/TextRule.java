package org.lexicographer.pipeline.run;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.lexicographer.pipeline.chat.ChatTemplate;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TextField;

/**
 * How files of documents become contexts.
 *
 * @param textField the field that holds a document's text
 * @param documents what is a document, where it is not the text of that field
 * @param packing how documents are packed
 */
public record TextRule(String textField, Optional<DocumentsSpec> documents, PackingSpec packing) {

    /** The rule where nobody says anything. */
    public static final TextRule DEFAULT =
            new TextRule("text", Optional.empty(), PackingSpec.DEFAULT);

    public TextRule {
        requireNonNull(textField, "textField is null");
        requireNonNull(documents, "documents is null");
        requireNonNull(packing, "packing is null");
    }

    /**
     * Returns what of a record is a document.
     *
     * @param vocabularySize tells how many tokens the language model knows, V; asked only where
     *     documents are made of token ids
     * @param chatTemplate gives the language model's template of chats; asked only where documents
     *     are chats
     */
    public DocumentContent content(
            IntSupplier vocabularySize, Supplier<ChatTemplate> chatTemplate) {
        return documents
                .map(it -> it.content(vocabularySize, chatTemplate))
                .orElseGet(() -> new TextField(textField));
    }
}
