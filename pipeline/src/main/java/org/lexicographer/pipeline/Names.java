package org.lexicographer.pipeline;

/** The rule that names of runs and recipes follow. */
public final class Names {

    /** What a name matches. */
    public static final String PATTERN = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    private Names() {}

    /**
     * Returns the name if it can serve as object prefix, topic part and Kubernetes name.
     *
     * @throws IllegalArgumentException when it does not match {@link #PATTERN}
     */
    public static String check(String name) {
        if (!name.matches(PATTERN)) {
            throw new BrokenRuleException("name not allowed", PATTERN, name);
        }
        return name;
    }
}
