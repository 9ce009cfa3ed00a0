package org.lexicographer.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown when JSON does not have the fields that were expected; names every wrong field at once.
 */
public final class InvalidFieldsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    /** Creates the exception from at least one error. */
    public InvalidFieldsException(List<FieldError> errors) {
        super(
                errors.stream()
                        .map(error -> error.field() + ": " + error.message())
                        .collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** Returns what is wrong, field by field, in the order of reading. */
    public List<FieldError> errors() {
        return errors;
    }

    /**
     * One wrong field.
     *
     * @param field the path of the field, such as {@code training.steps}
     * @param message the rule, then expected and found values
     */
    public record FieldError(String field, String message) {}
}
