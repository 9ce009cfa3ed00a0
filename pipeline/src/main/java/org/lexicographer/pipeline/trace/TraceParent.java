package org.lexicographer.pipeline.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A place in a trace, in the words of W3C Trace Context: {@code 00-<trace>-<span>-<flags>}, with
 * 32, 16 and 2 hexadecimal digits.
 *
 * @param text these words
 */
public record TraceParent(String text) {

    /** The header of a record. */
    public static final String HEADER = "traceparent";

    private static final Pattern FORM =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})");

    /** Checks the form. */
    public TraceParent {
        requireNonNull(text, "text is null");
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "traceparent not of the form %s: found=%s".formatted(FORM, text));
        }
    }

    /** Returns what a record's headers say; what is of another form says nothing, as W3C asks. */
    public static Optional<TraceParent> of(Headers headers) {
        return Optional.ofNullable(headers.lastHeader(HEADER))
                .map(Header::value)
                .map(value -> new String(value, US_ASCII))
                .filter(text -> FORM.matcher(text).matches())
                .map(TraceParent::new);
    }

    /** Writes the header. */
    public void addTo(Headers headers) {
        headers.add(HEADER, text.getBytes(US_ASCII));
    }

    /** Returns the trace's 32 digits. */
    public String trace() {
        return text.substring(3, 35);
    }

    /** Returns the span's 16 digits. */
    public String span() {
        return text.substring(36, 52);
    }

    /** Returns the two digits that say whether the trace is kept. */
    public String flags() {
        return text.substring(53);
    }
}
