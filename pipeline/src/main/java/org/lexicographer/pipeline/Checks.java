package org.lexicographer.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lexicographer.pipeline.InvalidFieldsException.FieldError;

/**
 * What is wrong with the components of a record: its compact constructor checks all of them and
 * then throws once, so that whoever sent them learns of every wrong one.
 */
public final class Checks {

    private final List<FieldError> errors = new ArrayList<>();

    /** Starts with nothing wrong. */
    public Checks() {}

    /** Checks that a component is there. */
    public Checks present(String field, Object value) {
        return that(field, value != null, "missing");
    }

    /**
     * Checks a rule.
     *
     * @param message the rule, then expected and found values, as {@link String#format} takes them
     */
    public Checks that(String field, boolean holds, String message, Object... values) {
        if (!holds) {
            errors.add(new FieldError(field, message.formatted(values)));
        }
        return this;
    }

    /** Checks that a number is not negative. */
    public Checks notNegative(String field, long value) {
        return that(field, value >= 0, "negative: found=%d", value);
    }

    /** Checks a component, if it is there, by something that throws on a wrong one. */
    public <T> Checks by(String field, T value, Consumer<T> rule) {
        if (value == null) {
            return present(field, null);
        }
        try {
            rule.accept(value);
        } catch (IllegalArgumentException e) {
            errors.add(new FieldError(field, e.getMessage()));
        }
        return this;
    }

    /**
     * Ends the checks.
     *
     * @throws InvalidFieldsException naming every wrong component
     */
    public void end() {
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
    }
}
