package org.lexicographer.pipeline.access;

import java.util.Map;
import java.util.Optional;

/** The key or token with which a command says to services who asks; a secret. */
public final class AccessToken {

    /** The environment variable that has it. */
    public static final String VARIABLE = "LEXICOGRAPHER_TOKEN";

    /** The header of a request that shows it. */
    public static final String HEADER = "Authorization";

    private final Optional<String> token;

    private AccessToken(Optional<String> token) {
        this.token = token;
    }

    /** Takes what is set around a process. */
    public static AccessToken of(Map<String, String> environment) {
        return new AccessToken(
                Optional.ofNullable(environment.get(VARIABLE))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty()));
    }

    /** Returns the value of {@link #HEADER}; empty where there is no token. */
    public Optional<String> header() {
        return token.map(text -> "Bearer " + text);
    }

    /** Says whether there is one. */
    @Override
    public String toString() {
        return token.isPresent() ? "AccessToken[set]" : "AccessToken[not set]";
    }
}
