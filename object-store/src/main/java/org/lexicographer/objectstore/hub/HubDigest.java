package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file's content must come to: the SHA-256 of a large file, or the name that git gives to a
 * small one, the SHA-1 of {@code blob}, its size and its content.
 *
 * @param algorithm how it is made
 * @param hex the digest in lower-case hexadecimal
 */
public record HubDigest(Algorithm algorithm, String hex) {

    /** How a digest is made. */
    public enum Algorithm {
        /** The SHA-256 of the content. */
        SHA_256("SHA-256", 64),
        /** The SHA-1 of a header of git's and the content. */
        GIT_BLOB("SHA-1", 40);

        private final String javaName;
        private final int digits;

        Algorithm(String javaName, int digits) {
            this.javaName = javaName;
            this.digits = digits;
        }
    }

    public HubDigest {
        requireNonNull(algorithm, "algorithm is null");
        requireNonNull(hex, "hex is null");
        if (!hex.matches("[0-9a-f]{" + algorithm.digits + "}")) {
            throw new IllegalArgumentException(
                    "not a digest: expected=%d hexadecimal digits, found=%s, algorithm=%s"
                            .formatted(algorithm.digits, hex, algorithm));
        }
    }

    /** Returns a digest that takes a content of that many bytes. */
    MessageDigest begin(long size) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm.javaName);
            if (algorithm == Algorithm.GIT_BLOB) {
                digest.update("blob %d\0".formatted(size).getBytes(StandardCharsets.US_ASCII));
            }
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has " + algorithm.javaName, e);
        }
    }

    /** Returns the digest that a content has come to. */
    HubDigest of(MessageDigest taken) {
        return new HubDigest(algorithm, HexFormat.of().formatHex(taken.digest()));
    }
}
