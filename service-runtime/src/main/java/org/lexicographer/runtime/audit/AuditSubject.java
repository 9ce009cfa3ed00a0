package org.lexicographer.runtime.audit;

import static java.util.Objects.requireNonNull;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;

/** What a request is about, where its path does not say it. */
@RequestScoped
public class AuditSubject {

    private Optional<String> subject = Optional.empty();
    private Optional<String> action = Optional.empty();

    /** Says which run or dictionary the request's body names. */
    public void is(String name) {
        subject = Optional.of(requireNonNull(name, "name is null"));
    }

    /** Says what is done, where the same method does one or another thing. */
    public void isTo(String what) {
        action = Optional.of(requireNonNull(what, "what is null"));
    }

    Optional<String> subject() {
        return subject;
    }

    Optional<String> action() {
        return action;
    }
}
