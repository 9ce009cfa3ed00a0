package org.lexicographer.runtime.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the keys, which is read again when it changes: {@code {"keys": [{"name": "ci",
 * "role": "submitter", "owner": "ci", "sha256": "9f86..."}]}}. What cannot be read as a whole
 * changes nothing: whoever writes a file in two goes locks nobody out.
 */
final class ApiKeyFile {

    /** How long a key that was taken out of the file is still taken, at most. */
    static final Duration LOOK = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(ApiKeyFile.class);

    private final Path file;
    private final InstantSource clock;
    private Content content;
    private Stamp seen;
    private Instant looked;

    /** What the file holds. */
    record Content(List<ApiKey> keys) {

        Content {
            new Checks().present("keys", keys).end();
            keys = List.copyOf(keys);
        }
    }

    /** By what a file is known to have changed; a mounted secret is replaced by another file. */
    private record Stamp(FileTime modified, long bytes, Object file) {

        static Stamp of(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
        }
    }

    private ApiKeyFile(Path file, InstantSource clock, Stamp seen, Content content) {
        this.file = file;
        this.clock = clock;
        this.looked = clock.instant();
        this.seen = seen;
        this.content = content;
    }

    /**
     * Reads a file without which nobody could say who they are.
     *
     * @throws IllegalStateException when it cannot be read, or holds something else
     */
    static ApiKeyFile read(Path file, InstantSource clock) {
        requireNonNull(file, "file is null");
        requireNonNull(clock, "clock is null");
        try {
            Stamp seen = Stamp.of(file);
            Content content = content(file);
            LOG.info("keys read: file={}, keys={}", file, content.keys().size());
            return new ApiKeyFile(file, clock, seen, content);
        } catch (IOException | UncheckedIOException | InvalidFieldsException e) {
            throw new IllegalStateException(
                    "keys not readable: access.keys-file=%s, reason=%s".formatted(file, reason(e)),
                    e);
        }
    }

    /**
     * Reads a file beside which callers can say who they are: where there is none, nobody holds a
     * key until it comes.
     *
     * @throws IllegalStateException when it is there and cannot be read, or holds something else
     */
    static ApiKeyFile readOrAwait(Path file, InstantSource clock) {
        requireNonNull(file, "file is null");
        if (!Files.notExists(file)) {
            return read(file, clock);
        }
        LOG.warn("no keys are known until their file is there: access.keys-file={}", file);
        return new ApiKeyFile(file, clock, null, new Content(List.of()));
    }

    private static Content content(Path file) {
        try {
            return Json.read(Files.readAllBytes(file), Content.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The class of an error of files says as much as its message. */
    private static String reason(Exception e) {
        return e instanceof InvalidFieldsException ? e.getMessage() : e.toString();
    }

    /** Returns the key that was shown, if it is one of the file's now. */
    Optional<ApiKey> find(String shown) {
        byte[] digest = digest(shown);
        ApiKey found = null;
        // All are compared, each in the same time, so that no answer comes sooner than another.
        for (ApiKey key : keys()) {
            if (MessageDigest.isEqual(HexFormat.of().parseHex(key.sha256()), digest)) {
                found = key;
            }
        }
        return Optional.ofNullable(found);
    }

    private synchronized List<ApiKey> keys() {
        Instant now = clock.instant();
        if (!now.isBefore(looked.plus(LOOK))) {
            looked = now;
            readAgain();
        }
        return content.keys();
    }

    private void readAgain() {
        Stamp now = null;
        try {
            now = Stamp.of(file);
            if (!now.equals(seen)) {
                content = content(file);
                LOG.info("keys read again: file={}, keys={}", file, content.keys().size());
            }
        } catch (IOException | UncheckedIOException | InvalidFieldsException e) {
            if (!Objects.equals(now, seen)) {
                LOG.error(
                        "keys not readable, those of before stay: file={}, reason={}",
                        file,
                        reason(e));
            }
        }
        seen = now;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
