package org.lexicographer.eval.explanation;

import java.util.Optional;

/** Thrown when an explanation is not the one any more that a writer has seen. */
public final class ExplanationChangedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ExplanationChangedException(
            ExplainedLatent latent, Optional<String> seen, Optional<String> found) {
        super(
                "explanation changed: expected=%s, found=%s, dictionary=%s, step=%d, latent=%d"
                        .formatted(
                                seen.orElse("none"),
                                found.orElse("none"),
                                latent.dictionary(),
                                latent.step(),
                                latent.latent()));
    }
}
