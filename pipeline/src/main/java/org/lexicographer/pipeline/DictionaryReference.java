package org.lexicographer.pipeline;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Names a dictionary, as it was after some step or as it is in the end: {@code
 * run/site/recipe[@step]}.
 *
 * @param dictionary which dictionary
 * @param step the training steps that it had had; empty means its last one, once there will be none
 *     after it
 */
public record DictionaryReference(DictionaryId dictionary, OptionalLong step) {

    private static final String STEP = "@";
    private static final String FORM = "run/site/recipe or run/site/recipe@step";

    public DictionaryReference {
        requireNonNull(dictionary, "dictionary is null");
        requireNonNull(step, "step is null");
    }

    /**
     * Reads a reference.
     *
     * @throws IllegalArgumentException when the text is not of the form
     */
    @JsonCreator
    public static DictionaryReference parse(String text) {
        int at = text.indexOf(STEP);
        if (at < 0) {
            return new DictionaryReference(DictionaryId.parse(text), OptionalLong.empty());
        }
        DictionaryId dictionary = DictionaryId.parse(text.substring(0, at));
        return new DictionaryReference(dictionary, OptionalLong.of(step(text, at + 1)));
    }

    private static long step(String text, int start) {
        Optional<String> digits =
                Optional.of(text.substring(start)).filter(it -> it.matches("\\d{1,18}"));
        return digits.map(Long::parseLong)
                .orElseThrow(() -> new BrokenRuleException("not a dictionary", FORM, text));
    }

    /** Returns the same dictionary as it was after a step. */
    public DictionaryReference at(long steps) {
        return new DictionaryReference(dictionary, OptionalLong.of(steps));
    }

    @JsonValue
    @Override
    public String toString() {
        return step.isPresent() ? dictionary + STEP + step.getAsLong() : dictionary.toString();
    }
}
