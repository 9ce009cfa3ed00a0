package org.lexicographer.allinone.run;

import java.util.List;

/** Thrown when a run ends without what it was for. */
public final class RunFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> reasons;

    RunFailedException(String message, List<String> reasons) {
        super(message);
        this.reasons = List.copyOf(reasons);
    }

    /** Returns what the parts that failed say. */
    public List<String> reasons() {
        return reasons;
    }
}
