package org.lexicographer.pipeline.run;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.IntSupplier;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TemplateText;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TokenIds;
import org.lexicographer.pipeline.dataset.fields.FieldPath;
import org.lexicographer.pipeline.dataset.fields.TextTemplate;

/**
 * What of a record is a document, where it is not the text of one field.
 *
 * <p>One of the two is there.
 *
 * @param text a template with several fields
 * @param tokens the field of token ids that stand in place of a text
 */
public record DocumentsSpec(Optional<String> text, Optional<String> tokens) {

    public DocumentsSpec {
        requireNonNull(text, "text is null");
        requireNonNull(tokens, "tokens is null");
    }

    DocumentContent content(IntSupplier vocabularySize) {
        return tokens.<DocumentContent>map(field -> tokenIds(field, vocabularySize.getAsInt()))
                .or(() -> text.map(template -> new TemplateText(new TextTemplate(template))))
                .orElseThrow();
    }

    private static TokenIds tokenIds(String field, int vocabularySize) {
        return new TokenIds(new FieldPath(field), vocabularySize);
    }
}
