package org.lexicographer.eval.service;

import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.runtime.problem.ProblemException;

/** The number of a latent, as paths have it. */
public final class LatentNumber {

    private LatentNumber() {}

    /**
     * Reads a number.
     *
     * @param latents how many there are; more are answered with 404
     * @throws InvalidFieldsException when it is none
     */
    public static int parse(String text, int latents) {
        if (!text.matches("\\d{1,9}")) {
            throw new InvalidFieldsException(
                    FieldError.of("latent", "wrong type", "whole number, at least 0", text));
        }
        int latent = Integer.parseInt(text);
        if (latent >= latents) {
            throw ProblemException.notFound(
                    "no such latent: expected=0 to %d, found=%d".formatted(latents - 1, latent));
        }
        return latent;
    }
}
