package org.lexicographer.runtime;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;

/** Says why something failed: the messages of an exception and of what caused it, each once. */
public final class Reason {

    private static final int DEEPEST = 8;

    private Reason() {}

    /** Returns the messages, outermost first. */
    public static String of(Throwable failure) {
        Set<String> messages = new LinkedHashSet<>();
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEEPEST; depth++) {
            messages.add(message(current));
            current = current.getCause();
        }
        StringJoiner reason = new StringJoiner(": ");
        messages.stream().filter(message -> isNews(message, messages)).forEach(reason::add);
        return reason.toString();
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.strip();
    }

    /** Many an exception's message is only the text of its cause. */
    private static boolean isNews(String message, Set<String> messages) {
        return messages.stream()
                .noneMatch(m -> m.length() < message.length() && message.endsWith(m));
    }
}
