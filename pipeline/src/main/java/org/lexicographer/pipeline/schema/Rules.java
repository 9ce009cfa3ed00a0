package org.lexicographer.pipeline.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;

/**
 * Collects the errors of rules that go across fields, after those of single fields. Ask {@link
 * #sound} first: a rule can be checked only where the fields that it reads are right.
 */
public final class Rules {

    private final String prefix;
    private final List<FieldError> errors;
    private final Set<String> wrong;

    Rules(Collection<FieldError> errors, Collection<String> wrong) {
        this("", new ArrayList<>(errors), Set.copyOf(wrong));
    }

    private Rules(String prefix, List<FieldError> errors, Set<String> wrong) {
        this.prefix = prefix;
        this.errors = errors;
        this.wrong = wrong;
    }

    /** Returns the rules of an object of the document; their fields are named from there. */
    public Rules at(String field) {
        return new Rules(prefix + field + ".", errors, wrong);
    }

    /** Returns the rules whose fields are named from the top of the document. */
    public Rules ofDocument() {
        return new Rules("", errors, wrong);
    }

    /**
     * Tells whether nothing is wrong with the fields, with what contains them, or with what they
     * contain.
     */
    public boolean sound(String... fields) {
        return Stream.of(fields).map(field -> prefix + field).noneMatch(this::isWrong);
    }

    private boolean isWrong(String path) {
        return wrong.stream()
                .anyMatch(
                        other ->
                                other.isEmpty()
                                        || path.equals(other)
                                        || isWithin(path, other)
                                        || isWithin(other, path));
    }

    private static boolean isWithin(String path, String outer) {
        return path.startsWith(outer)
                && path.length() > outer.length()
                && ".[".indexOf(path.charAt(outer.length())) >= 0;
    }

    /**
     * Adds an error unless a rule holds.
     *
     * @param field the field that is to blame
     * @param expected what the rule expects
     * @param found what was found
     */
    public void that(String field, boolean holds, String rule, Object expected, Object found) {
        if (!holds) {
            errors.add(FieldError.of(prefix + field, rule, expected, found));
        }
    }

    /** Adds an error if something that reads a sound field's value throws. */
    public <T> void by(String field, T value, Consumer<T> rule) {
        if (!sound(field)) {
            return;
        }
        try {
            rule.accept(value);
        } catch (IllegalArgumentException e) {
            errors.add(BrokenRuleException.in(prefix + field, e));
        }
    }

    /**
     * Ends the checks.
     *
     * @throws InvalidFieldsException naming every wrong field, when there is any
     */
    public void end() {
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
    }
}
