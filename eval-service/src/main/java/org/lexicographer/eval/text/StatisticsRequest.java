package org.lexicographer.eval.text;

import java.util.Optional;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;

/**
 * The wish for statistics of a dictionary's latents, on its run's held-out contexts or on another
 * text.
 *
 * @param text one document
 * @param uri a file that a run could be trained on; of text and uri at most one
 * @param name what the text is called; derived from the text when empty
 * @param step the checkpoint; the last one when empty
 * @param contexts how many contexts, the first ones; when empty all of a text, and as many of the
 *     held-out ones as the run says
 */
public record StatisticsRequest(
        Optional<String> text,
        Optional<String> uri,
        Optional<String> name,
        Optional<Long> step,
        Optional<Integer> contexts) {

    /** Checks the components, all of them before it throws. */
    public StatisticsRequest {
        Checks checks = new Checks();
        boolean other = other(text, uri, name, step).isPresent();
        checks.that(
                "name",
                other || name.isEmpty(),
                "name of no text",
                "text or uri beside it",
                name.orElse("none"));
        step.ifPresent(it -> checks.that("step", it >= 0, "out of range", "at least 0", it));
        contexts.ifPresent(
                it -> checks.that("contexts", it >= 1, "out of range", "at least 1", it));
        checks.end();
    }

    /**
     * Reads a request; nothing at all asks for the run's held-out contexts.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException naming every wrong field
     */
    public static StatisticsRequest read(byte[] json) {
        byte[] all = json.length == 0 ? new byte[] {'{', '}'} : json;
        return Json.read(all, StatisticsRequest.class);
    }

    /** Returns which other text is meant; empty for the held-out contexts. */
    public Optional<TextRequest> other() {
        return other(text, uri, name, step);
    }

    private static Optional<TextRequest> other(
            Optional<String> text,
            Optional<String> uri,
            Optional<String> name,
            Optional<Long> step) {
        return text.isPresent() || uri.isPresent()
                ? Optional.of(new TextRequest(text, uri, name, step))
                : Optional.empty();
    }
}
