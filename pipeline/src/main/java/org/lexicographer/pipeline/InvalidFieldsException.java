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

    /** Creates the exception of one wrong field. */
    public InvalidFieldsException(FieldError error) {
        this(List.of(error));
    }

    /** Returns what is wrong, field by field, in the order of reading. */
    public List<FieldError> errors() {
        return errors;
    }
}
