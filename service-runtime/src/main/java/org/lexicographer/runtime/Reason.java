package org.lexicographer.runtime;

import java.util.LinkedHashSet;
import java.util.Set;

/** Says why something failed: the messages of an exception and of what caused it, each once. */
public final class Reason {

    private static final int DEEPEST = 8;

    private Reason() {}

    /** Returns the messages, outermost first. */
    public static String of(Throwable failure) {
        Set<String> messages = new LinkedHashSet<>();
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEEPEST; depth++) {
            String message = message(current);
            if (!isTextOfItsCause(current)
                    && messages.stream().noneMatch(m -> m.endsWith(message))) {
                messages.add(message);
            }
            current = current.getCause();
        }
        return String.join(": ", messages);
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.strip();
    }

    /** The message of many an exception is only the text of its cause. */
    private static boolean isTextOfItsCause(Throwable failure) {
        return failure.getCause() != null
                && failure.getCause().toString().equals(failure.getMessage());
    }
}
