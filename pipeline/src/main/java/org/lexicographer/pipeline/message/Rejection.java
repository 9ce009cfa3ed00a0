package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.lexicographer.pipeline.Quotes;

/**
 * A record of the {@code rejected} topic: something that could not be used, as it came, with the
 * reason and where it was read in the headers. This class alone writes and reads the headers.
 *
 * @param source where it was read
 * @param key its key as it came; empty when it had none
 * @param value its value as it came; empty when it had none
 * @param reason the rule that it breaks, then expected and found values
 * @param uri the file that it names, where the file is to blame
 * @param line the number of the file's line, from 1, where one is to blame
 */
public record Rejection(
        Source source,
        byte[] key,
        byte[] value,
        String reason,
        Optional<String> uri,
        Optional<Long> line) {

    private static final String REASON = "reason";
    private static final String TOPIC = "topic";
    private static final String PARTITION = "partition";
    private static final String OFFSET = "offset";
    private static final String URI = "uri";
    private static final String LINE = "line";
    private static final byte[] NOTHING = {};
    private static final int MOST_CHARACTERS = 4_000;

    /**
     * Where a record was read.
     *
     * @param topic the topic's name within its installation
     * @param partition the partition; -1 when that is not known
     * @param offset the offset within the partition; -1 when that is not known
     */
    public record Source(String topic, int partition, long offset) {

        public Source {
            requireNonNull(topic, "topic is null");
        }

        /** Returns where a record of that topic lies. */
        static Source of(String topic, ConsumerRecord<?, ?> record) {
            return new Source(topic, record.partition(), record.offset());
        }
    }

    /**
     * Checks that nothing is absent; key and value may be. Takes the arrays as they are, and of a
     * reason beyond any screen the beginning.
     */
    public Rejection {
        requireNonNull(source, "source is null");
        key = key == null ? NOTHING : key;
        value = value == null ? NOTHING : value;
        reason = Quotes.shortened(requireNonNull(reason, "reason is null"), MOST_CHARACTERS);
        requireNonNull(uri, "uri is null");
        requireNonNull(line, "line is null");
    }

    /** Creates the rejection of a record to blame itself, which has its topic's own name. */
    public static Rejection of(ConsumerRecord<byte[], byte[]> record, String reason) {
        return of(record.topic(), record, reason);
    }

    /** Creates the rejection of a record of a topic, whatever the brokers call that. */
    public static Rejection of(String topic, ConsumerRecord<byte[], byte[]> record, String reason) {
        return new Rejection(
                Source.of(topic, record),
                record.key(),
                record.value(),
                reason,
                Optional.empty(),
                Optional.empty());
    }

    /** Creates the rejection of a record of a topic whose keys are text. */
    public static Rejection ofText(
            String topic, ConsumerRecord<String, byte[]> record, String reason) {
        return new Rejection(
                Source.of(topic, record),
                bytes(record.key()),
                record.value(),
                reason,
                Optional.empty(),
                Optional.empty());
    }

    /** Returns the same rejection when a file that the record names is to blame. */
    public Rejection because(String file, Optional<Long> fileLine) {
        return new Rejection(source, key, value, reason, Optional.of(file), fileLine);
    }

    /**
     * Reads a record of the {@code rejected} topic; what its headers do not say, or do not say in
     * numbers, is not known.
     */
    public static Rejection read(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        return new Rejection(
                new Source(
                        text(headers, TOPIC).orElse(""),
                        Math.toIntExact(number(headers, PARTITION, Integer.MAX_VALUE).orElse(-1)),
                        number(headers, OFFSET, Long.MAX_VALUE).orElse(-1)),
                record.key(),
                record.value(),
                text(headers, REASON).orElse("no reason given"),
                text(headers, URI),
                number(headers, LINE, Long.MAX_VALUE).stream().boxed().findFirst());
    }

    private static Optional<String> text(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, UTF_8));
    }

    private static OptionalLong number(Headers headers, String name, long max) {
        try {
            return text(headers, name).stream()
                    .mapToLong(Long::parseLong)
                    .filter(number -> number >= 0 && number <= max)
                    .findFirst();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns the headers of the record. */
    public Headers headers() {
        Headers headers = new RecordHeaders();
        headers.add(REASON, bytes(reason));
        headers.add(TOPIC, bytes(source.topic()));
        if (source.partition() >= 0) {
            headers.add(PARTITION, bytes(Integer.toString(source.partition())));
        }
        if (source.offset() >= 0) {
            headers.add(OFFSET, bytes(Long.toString(source.offset())));
        }
        uri.ifPresent(file -> headers.add(URI, bytes(file)));
        line.ifPresent(number -> headers.add(LINE, bytes(Long.toString(number))));
        return headers;
    }

    private static byte[] bytes(String text) {
        return text == null ? NOTHING : text.getBytes(UTF_8);
    }

    /** Returns the key as text. */
    public String keyText() {
        return new String(key, UTF_8);
    }

    /** Returns the reason with everything that says where, for people to read. */
    public String text() {
        StringJoiner text = new StringJoiner(", ").add(reason);
        uri.ifPresent(file -> text.add("uri=" + file));
        line.ifPresent(number -> text.add("line=" + number));
        if (!source.topic().isEmpty()) {
            text.add("topic=" + source.topic());
        }
        if (source.partition() >= 0) {
            text.add("partition=" + source.partition());
        }
        if (source.offset() >= 0) {
            text.add("offset=" + source.offset());
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rejection that
                && source.equals(that.source)
                && Arrays.equals(key, that.key)
                && Arrays.equals(value, that.value)
                && reason.equals(that.reason)
                && uri.equals(that.uri)
                && line.equals(that.line);
    }

    @Override
    public int hashCode() {
        return 31 * source.hashCode() + reason.hashCode();
    }

    @Override
    public String toString() {
        return "Rejection[key=" + keyText() + ", " + text() + "]";
    }
}
