package org.lexicographer.pipeline.chat;

/** Thrown for a template that uses what is not known here, or messages that it does not take. */
public final class TemplateException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the message names what was met. */
    public TemplateException(String message) {
        super(message);
    }

    static TemplateException notKnown(String what, String found) {
        return new TemplateException(
                "chat template uses what is not known here: %s=%s".formatted(what, found));
    }
}
