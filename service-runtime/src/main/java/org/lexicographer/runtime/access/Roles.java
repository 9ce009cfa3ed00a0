package org.lexicographer.runtime.access;

import java.util.List;
import java.util.Set;

/** What callers may do. Each role may also do what those before it may. */
public final class Roles {

    /** Sees runs, evaluations, dictionaries, statistics, pages and exports. */
    public static final String READER = "reader";

    /**
     * Submits runs, publishes their shards, imports dictionaries, explains latents and asks for
     * statistics; cancels, resumes and extends the runs that are its own.
     */
    public static final String SUBMITTER = "submitter";

    /** Does everything, to everybody's runs, and removes runs from the store. */
    public static final String OPERATOR = "operator";

    private static final List<String> ASCENDING = List.of(READER, SUBMITTER, OPERATOR);

    private Roles() {}

    /** Returns all roles, those that may do more later. */
    public static List<String> ascending() {
        return ASCENDING;
    }

    /**
     * Returns a role and those whose work it may do as well; of a word that is no role, nothing.
     */
    public static Set<String> upTo(String role) {
        return Set.copyOf(ASCENDING.subList(0, ASCENDING.indexOf(role) + 1));
    }
}
