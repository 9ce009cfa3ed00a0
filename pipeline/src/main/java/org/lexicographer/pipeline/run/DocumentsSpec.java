package org.lexicographer.pipeline.run;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;
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
 * <p>One of the first three is there.
 *
 * @param text a template with several fields
 * @param tokens the field of token ids that stand in place of a text
 * @param chat the field of a chat's messages, which the language model's template makes a text of
 * @param date the day that the template takes for today, as in ISO 8601
 */
public record DocumentsSpec(
        Optional<String> text,
        Optional<String> tokens,
        Optional<String> chat,
        Optional<String> date) {

    public DocumentsSpec {
        requireNonNull(text, "text is null");
        requireNonNull(tokens, "tokens is null");
        requireNonNull(chat, "chat is null");
        requireNonNull(date, "date is null");
    }

    /** Returns how many kinds of documents are there. */
    long count() {
        return Stream.of(text, tokens, chat).filter(Optional::isPresent).count();
    }

    DocumentContent content(IntSupplier vocabularySize, Supplier<ChatTemplate> chatTemplate) {
        return tokens.<DocumentContent>map(field -> tokenIds(field, vocabularySize.getAsInt()))
                .or(() -> chat.map(field -> chat(field, chatTemplate.get())))
                .or(() -> text.map(template -> new TemplateText(new TextTemplate(template))))
                .orElseThrow();
    }

    private ChatText chat(String field, ChatTemplate template) {
        return new ChatText(
                new FieldPath(field),
                date.map(LocalDate::parse).map(template::on).orElse(template));
    }

    private static TokenIds tokenIds(String field, int vocabularySize) {
        return new TokenIds(new FieldPath(field), vocabularySize);
    }
}
