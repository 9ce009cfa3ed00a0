package org.lexicographer.eval.text;

import java.util.Optional;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;
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
        Optional<String> text, Optional<String> uri, Optional<String> name, Optional<Long> step) {

    private static final String TEXT = "text";

    /** Checks the components, all of them before it throws. */
    public TextRequest {
        Checks checks = new Checks();
        text.ifPresent(it -> checks.by(TEXT, it, DocumentReader::parts));
        uri.ifPresent(it -> checks.by("uri", it, DocumentReader::address));
        name.ifPresent(it -> checks.by("name", it, TextRequest::checkName));
        step.ifPresent(it -> checks.that("step", it >= 0, "out of range", "at least 0", it));
        checks.that(
                        TEXT,
                        text.isPresent() != uri.isPresent(),
                        "exactly one of text and uri must be there",
                        "one",
                        text.isPresent() ? "both" : "neither")
                .end();
    }

    /**
     * Reads a request.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException naming every wrong field
     */
    public static TextRequest read(byte[] json) {
        return Json.read(json, TextRequest.class);
    }

    private static void checkName(String name) {
        if (name.equals(Evaluation.HELD_OUT)) {
            throw new BrokenRuleException(
                    "name taken by the run's own contexts", "another name", name);
        }
        Names.check(name);
    }
}
