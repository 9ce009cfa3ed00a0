package org.lexicographer.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Optional;

/**
 * One wrong field.
 *
 * @param field the path of the field, such as {@code training.steps}
 * @param rule the rule that it breaks, such as {@code out of range}
 * @param expected what the rule expects, such as {@code at least 1}; empty where the rule says all
 * @param found what was found; empty where that is no value
 */
@JsonPropertyOrder({"field", "rule", "expected", "found", "message"})
public record FieldError(
        String field, String rule, Optional<String> expected, Optional<String> found) {

    /** The field of an error that is of no single one. */
    public static final String WHOLE = "(whole)";

    /** What is said of a field that is not there. */
    public static final String MISSING = "missing";

    /** Shortens what others wrote. */
    public FieldError {
        field = Quotes.shortened(field);
        rule = Quotes.shortened(rule);
        found = found.map(Quotes::shortened);
    }

    /** Returns the error of a rule that says what is expected and what was found. */
    public static FieldError of(String field, String rule) {
        return of(field, rule, null, null);
    }

    /** Returns an error; null stands for what the rule says already. */
    public static FieldError of(String field, String rule, Object expected, Object found) {
        return new FieldError(
                field,
                rule,
                Optional.ofNullable(expected).map(Object::toString),
                Optional.ofNullable(found).map(Object::toString));
    }

    /** Returns what is said of a field among errors, if anything is. */
    public static Optional<String> messageOf(String field, List<FieldError> errors) {
        return errors.stream()
                .filter(error -> error.field().equals(field))
                .findFirst()
                .map(FieldError::message);
    }

    /** Returns the same error of another field. */
    public FieldError at(String path) {
        return new FieldError(path, rule, expected, found);
    }

    /** Returns the rule, then what was expected and what was found. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String message() {
        String values =
                expected.map(text -> "expected=" + text).orElse("")
                        + (expected.isPresent() && found.isPresent() ? ", " : "")
                        + found.map(text -> "found=" + text).orElse("");
        return values.isEmpty() ? rule : rule + ": " + values;
    }
}
