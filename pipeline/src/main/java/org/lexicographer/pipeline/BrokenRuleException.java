package org.lexicographer.pipeline;

/** Thrown for a value that breaks a rule; whoever knows which field it is of can name it. */
public final class BrokenRuleException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient FieldError error;

    /**
     * Creates the exception.
     *
     * @param rule the rule, such as {@code name not allowed}
     * @param expected what the rule expects, or null where the rule says all
     * @param found what was found, or null where that is no value
     */
    public BrokenRuleException(String rule, Object expected, Object found) {
        this(FieldError.of(FieldError.WHOLE, rule, expected, found));
    }

    private BrokenRuleException(FieldError error) {
        super(error.message());
        this.error = error;
    }

    /** Returns what is wrong with a field whose value could not be read. */
    public static FieldError in(String field, IllegalArgumentException e) {
        return e instanceof BrokenRuleException broken
                ? broken.error.at(field)
                : FieldError.of(field, String.valueOf(e.getMessage()));
    }
}
