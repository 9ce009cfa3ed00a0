package org.lexicographer.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
        return value != null ? this : add(FieldError.of(field, FieldError.MISSING));
    }

    /**
     * Checks a rule.
     *
     * @param expected what the rule expects, or null where the rule says all
     * @param found what was found
     */
    public Checks that(String field, boolean holds, String rule, Object expected, Object found) {
        return holds ? this : add(FieldError.of(field, rule, expected, found));
    }

    private Checks add(FieldError error) {
        errors.add(error);
        return this;
    }

    /** Checks that a number is not negative. */
    public Checks notNegative(String field, long value) {
        return that(field, value >= 0, "negative", "at least 0", value);
    }

    /** Checks a component, if it is there, by something that throws on a wrong one. */
    public <T> Checks by(String field, T value, Consumer<T> rule) {
        if (value == null) {
            return present(field, null);
        }
        try {
            rule.accept(value);
        } catch (IllegalArgumentException e) {
            add(BrokenRuleException.in(field, e));
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
