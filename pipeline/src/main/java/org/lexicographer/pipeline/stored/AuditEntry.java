package org.lexicographer.pipeline.stored;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;

/**
 * Somebody asked for a change. Nothing secret is in it: of a key its name, of a token its owner.
 *
 * @param at when it was answered, as ISO 8601 in UTC
 * @param service which service answered
 * @param owner who asked; absent where nobody has to say so, or did
 * @param key the name of the key that was shown, where one was
 * @param action what was to be done: {@code submit}, {@code cancel}
 * @param subject the run, or the dictionary, that it was about
 * @param outcome what came of it
 * @param status the HTTP status of the answer
 * @param reason why it was refused, or failed
 */
public record AuditEntry(
        String at,
        String service,
        Optional<String> owner,
        Optional<String> key,
        String action,
        Optional<String> subject,
        Outcome outcome,
        int status,
        Optional<String> reason) {

    /** What came of a request. */
    public enum Outcome {
        /** It was done, or will be. */
        DONE,
        /** It was not done, for a reason that its sender can do something about. */
        REFUSED,
        /** It was not done, for a reason of ours. */
        FAILED;

        /** Returns it as it is written. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks that nothing is absent that must be there. */
    public AuditEntry {
        new Checks()
                .present("at", at)
                .present("service", service)
                .present("action", action)
                .present("outcome", outcome)
                .end();
        owner = owner == null ? Optional.empty() : owner;
        key = key == null ? Optional.empty() : key;
        subject = subject == null ? Optional.empty() : subject;
        reason = reason == null ? Optional.empty() : reason;
    }

    /**
     * Reads the object.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException when it is none, naming every wrong
     *     field
     */
    public static AuditEntry read(byte[] json) {
        return Json.read(json, AuditEntry.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
