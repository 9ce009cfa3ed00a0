package org.lexicographer.eval.text;

import java.util.Optional;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;

/**
 * The wish to see what a dictionary's latents do on a text.
 *
 * @param text the text
 * @param step the checkpoint to look at; the last one when empty
 * @param strongest how many latents are shown of a token, the strongest first; 5 when empty
 * @param latent the only latent to be shown; all when empty
 */
public record ActivationRequest(
        Optional<String> text,
        Optional<Long> step,
        Optional<Integer> strongest,
        Optional<Integer> latent) {

    /** How many latents are shown of a token when the request does not say. */
    public static final int STRONGEST = 5;

    private static final int MOST = 1000;

    /** Checks the components, all of them before it throws. */
    public ActivationRequest {
        Checks checks = new Checks();
        checks.that(
                "text",
                text.filter(it -> !it.isEmpty()).isPresent(),
                "missing",
                "a text",
                text.isPresent() ? "an empty one" : "none");
        step.ifPresent(it -> checks.that("step", it >= 0, "out of range", "at least 0", it));
        strongest.ifPresent(
                it ->
                        checks.that(
                                "strongest",
                                it >= 1 && it <= MOST,
                                "out of range",
                                "1 to " + MOST,
                                it));
        latent.ifPresent(it -> checks.that("latent", it >= 0, "out of range", "at least 0", it));
        checks.end();
    }

    /**
     * Reads a request.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException naming every wrong field
     */
    public static ActivationRequest read(byte[] json) {
        return Json.read(json, ActivationRequest.class);
    }
}
