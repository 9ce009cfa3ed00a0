package org.lexicographer.pipeline.run;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lexicographer.pipeline.chat.ChatTemplate;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.ChatText;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TemplateText;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TokenIds;
import org.lexicographer.pipeline.dataset.fields.FieldPath;
import org.lexicographer.pipeline.dataset.fields.TextTemplate;

/**
 * What of a record is a document, where it is not the text of one field.
 *
 * <p>One of them is there.
 *
 * @param text a template with several fields
 * @param tokens the field of token ids that stand in place of a text
 * @param chat the field of a chat's messages, which the language model's template makes a text of
 */
public record DocumentsSpec(Optional<String> text, Optional<String> tokens, Optional<String> chat) {

    public DocumentsSpec {
        requireNonNull(text, "text is null");
        requireNonNull(tokens, "tokens is null");
        requireNonNull(chat, "chat is null");
    }

    /** Returns how many of them are there. */
    long count() {
        return Stream.of(text, tokens, chat).filter(Optional::isPresent).count();
    }

    DocumentContent content(IntSupplier vocabularySize, Supplier<ChatTemplate> chatTemplate) {
        return tokens.<DocumentContent>map(field -> tokenIds(field, vocabularySize.getAsInt()))
                .or(() -> chat.map(field -> new ChatText(new FieldPath(field), chatTemplate.get())))
                .or(() -> text.map(template -> new TemplateText(new TextTemplate(template))))
                .orElseThrow();
    }

    private static TokenIds tokenIds(String field, int vocabularySize) {
        return new TokenIds(new FieldPath(field), vocabularySize);
    }
}
