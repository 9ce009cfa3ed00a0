package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Function;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Where messages come in: records of topics, and bodies of requests, which have the run of their
 * path for a key. Every door reads them here, so that all of them take the same messages, with the
 * same checks.
 */
public final class MessageDoor {

    private static final String KEY = "(key)";

    private MessageDoor() {}

    /**
     * Reads a run spec.
     *
     * @param key the record's key, which must be the run
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RunSpec run(byte[] key, byte[] value) {
        return read(key, value, RunSpec::read, RunSpec::run);
    }

    /**
     * Reads a message about a run's dataset.
     *
     * @param key the record's key, which must be the run
     * @throws InvalidFieldsException naming every wrong field
     */
    public static DatasetMessage dataset(byte[] key, byte[] value) {
        return read(key, value, DatasetMessage::read, DatasetMessage::key);
    }

    /**
     * Reads the announcement of a dictionary.
     *
     * @param key the record's key, which must be the dictionary
     * @throws InvalidFieldsException naming every wrong field
     */
    public static DictionaryCheckpoint dictionary(byte[] key, byte[] value) {
        return read(key, value, DictionaryCheckpoint::read, DictionaryCheckpoint::key);
    }

    /**
     * Reads how far a part of a run has come.
     *
     * @param key the record's key, which must be run and part
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RunProgress progress(byte[] key, byte[] value) {
        return read(key, value, RunProgress::read, RunProgress::key);
    }

    /** Returns a record's key for the other methods. */
    public static byte[] key(String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }

    private static <M> M read(
            byte[] key, byte[] value, Function<byte[], M> reader, Function<M, String> keyOf) {
        if (value == null) {
            throw new InvalidFieldsException(
                    FieldError.of(FieldError.WHOLE, FieldError.MISSING, "a value", "nothing"));
        }
        M message = reader.apply(value);
        String found = key == null ? null : new String(key, UTF_8);
        String expected = keyOf.apply(message);
        if (!expected.equals(found)) {
            throw new InvalidFieldsException(
                    FieldError.of(
                            KEY,
                            "key is not that of the message",
                            expected,
                            String.valueOf(found)));
        }
        return message;
    }
}
