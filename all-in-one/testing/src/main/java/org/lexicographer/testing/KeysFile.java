package org.lexicographer.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A file of keys, as an operator writes it and a cluster mounts it: each content is a new file. */
public final class KeysFile {

    private final Path file;

    /** Keys will be in this file. */
    public KeysFile(Path file) {
        this.file = file;
    }

    /** Returns where the file is. */
    public Path path() {
        return file;
    }

    /**
     * A key.
     *
     * @param key its text
     */
    public record Key(String key, String name, String role, String owner) {}

    /** Replaces the file by one with these keys. */
    public void write(Key... keys) {
        write(
                TestTokens.json(
                        Map.of("keys", List.of(keys).stream().map(KeysFile::entry).toList())));
    }

    private static Map<String, String> entry(Key key) {
        return Map.of(
                "name", key.name(),
                "role", key.role(),
                "owner", key.owner(),
                "sha256", digest(key.key()));
    }

    /** Replaces the file by one with this text. */
    public void write(String text) {
        try {
            Path next = Files.createTempFile(file.getParent(), "keys", ".new");
            Files.writeString(next, text);
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("keys not written: file=" + file, e);
        }
    }

    private static String digest(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
