package org.lexicographer.eval.explanation;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;

/**
 * The wish to say what a latent stands for. White space at the ends does not count.
 *
 * @param text what it stands for, 1 to {@value #MOST_TEXT} characters
 * @param author who says so, 1 to {@value #MOST_AUTHOR} characters on one line
 */
public record ExplanationRequest(Optional<String> text, Optional<String> author) {

    /** Neuronpedia takes no more. */
    public static final int MOST_TEXT = 512;

    public static final int MOST_AUTHOR = 100;

    /** Checks the components, all of them before it throws. */
    public ExplanationRequest {
        // Browsers send every end of a line as two characters.
        text = text.map(it -> it.replace("\r\n", "\n").strip());
        author = author.map(String::strip);
        new Checks()
                .by("text", text.orElse(""), it -> check(it, MOST_TEXT, "\n\t"))
                .by("author", author.orElse(""), it -> check(it, MOST_AUTHOR, ""))
                .end();
    }

    private static void check(String text, int most, String controls) {
        if (text.isEmpty()) {
            throw new BrokenRuleException("missing", "1 to %d characters".formatted(most), "none");
        }
        if (text.length() > most) {
            throw new BrokenRuleException(
                    "too long", "1 to %d characters".formatted(most), text.length());
        }
        text.codePoints()
                .filter(point -> isNoText(point) && controls.indexOf(point) < 0)
                .findFirst()
                .ifPresent(
                        point -> {
                            throw new BrokenRuleException(
                                    "character not allowed",
                                    "text that can be read",
                                    "U+%04X".formatted(point));
                        });
    }

    /** Tells of controls, and of halves of characters, which no file can hold. */
    private static boolean isNoText(int point) {
        return Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE;
    }

    /**
     * Reads a request.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException naming every wrong field
     */
    public static ExplanationRequest read(byte[] json) {
        return Json.read(json, ExplanationRequest.class);
    }

    /** Returns the explanation, as it is written now. */
    public Explanation written(InstantSource clock) {
        return new Explanation(
                text.orElseThrow(),
                author.orElseThrow(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
