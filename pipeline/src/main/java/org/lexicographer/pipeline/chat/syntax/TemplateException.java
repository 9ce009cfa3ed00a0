package org.lexicographer.pipeline.chat.syntax;

/** Thrown for a template that uses what is not known here, or messages that it does not take. */
public final class TemplateException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** A template may be one statement, and may refuse messages with all that they say. */
    private static final int MOST_CHARACTERS = 1000;

    /** Creates the exception; the message names what was met, and breaks off where it is long. */
    public TemplateException(String message) {
        super(clipped(message));
    }

    private static String clipped(String message) {
        if (message.length() <= MOST_CHARACTERS) {
            return message;
        }
        boolean splitsPair = Character.isHighSurrogate(message.charAt(MOST_CHARACTERS - 1));
        return message.substring(0, MOST_CHARACTERS - (splitsPair ? 1 : 0)) + "...";
    }

    /** Checks how deep a template is: whoever reads and renders it goes down as far. */
    static void checkDepth(String what, int found, int most) {
        if (found > most) {
            throw new TemplateException(
                    "chat template too deep: %s, most=%d".formatted(what, most));
        }
    }

    /** Says that something is not known here. */
    public static TemplateException notKnown(String what, String found) {
        return new TemplateException(
                "chat template uses what is not known here: %s=%s".formatted(what, found));
    }
}
