package org.lexicographer.eval.explanation;

import static java.util.Objects.requireNonNull;

import java.util.UUID;
import org.lexicographer.pipeline.Json;

/**
 * What somebody says that a latent stands for.
 *
 * @param text what it stands for
 * @param author who says so
 * @param written when, to the second, as in {@code 2026-11-26T21:00:00Z}
 */
public record Explanation(String text, String author, String written) {

    public Explanation {
        requireNonNull(text, "text is null");
        requireNonNull(author, "author is null");
        requireNonNull(written, "written is null");
    }

    /** Returns a text that is the same for the same explanation only. */
    public String tag() {
        return UUID.nameUUIDFromBytes(Json.write(this)).toString();
    }
}
