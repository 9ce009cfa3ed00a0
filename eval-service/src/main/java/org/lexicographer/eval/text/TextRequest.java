package org.lexicographer.eval.text;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.JsonFields;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * The wish to evaluate a dictionary on other text than its run's held-out contexts: on the text
 * itself, or on a file of texts.
 *
 * @param text one document
 * @param uri a file that a run could be trained on: {@code s3://bucket/key}, or {@code file:} where
 *     that is allowed
 * @param name what the text is called in the evaluation; derived from the text when empty
 * @param step the checkpoint to evaluate; the last one when empty
 */
public record TextRequest(
        Optional<String> text, Optional<String> uri, Optional<String> name, OptionalLong step) {

    public TextRequest {
        requireNonNull(text, "text is null");
        requireNonNull(uri, "uri is null");
        requireNonNull(name, "name is null");
        requireNonNull(step, "step is null");
    }

    /**
     * Reads a request.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException naming every wrong field
     */
    public static TextRequest read(byte[] json) {
        JsonFields fields = JsonFields.of(Json.tree(json));
        TextRequest request =
                new TextRequest(
                        fields.optionalText("text", TextRequest::checkText),
                        fields.optionalText("uri", TextFiles::checkUri),
                        fields.optionalText("name", TextRequest::checkName),
                        fields.optionalInteger("step", 0, Long.MAX_VALUE).stream()
                                .mapToLong(Long::longValue)
                                .findFirst());
        if (fields.has("text") == fields.has("uri")) {
            fields.error("text", "exactly one of text and uri must be there");
        }
        fields.check();
        return request;
    }

    private static String checkText(String text) {
        DocumentReader.parts(text);
        return text;
    }

    private static String checkName(String name) {
        if (name.equals(Evaluation.HELD_OUT)) {
            throw new IllegalArgumentException(
                    "name taken by the run's own contexts: found=" + name);
        }
        return Names.check(name);
    }
}
