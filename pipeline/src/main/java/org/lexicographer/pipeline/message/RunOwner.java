package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Json;

/**
 * Whose a run is. It is no part of the run's spec, so that nothing that is trained depends on it:
 * it comes as a header of the run's record, and is kept beside the spec. This class alone writes
 * and reads both.
 *
 * @param owner who may change the run, as tokens and keys name callers
 */
public record RunOwner(String owner) {

    private static final String HEADER = "owner";

    /** Checks that there is one. */
    public RunOwner {
        new Checks()
                .that("owner", owner != null && !owner.isBlank(), "missing", "a name", owner)
                .end();
    }

    /** Returns the headers of the record of a run that belongs to the owner, or to nobody. */
    public static Headers headers(Optional<RunOwner> owner) {
        Headers headers = new RecordHeaders();
        owner.ifPresent(it -> headers.add(HEADER, it.owner().getBytes(UTF_8)));
        return headers;
    }

    /** Reads the owner from a run's record; empty where it names none. */
    public static Optional<RunOwner> of(ConsumerRecord<?, ?> record) {
        return Optional.ofNullable(record.headers().lastHeader(HEADER))
                .map(Header::value)
                .map(value -> new String(value, UTF_8))
                .filter(name -> !name.isBlank())
                .map(RunOwner::new);
    }

    /**
     * Reads the object.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException when it is none, naming every wrong
     *     field
     */
    public static RunOwner read(byte[] json) {
        return Json.read(json, RunOwner.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
