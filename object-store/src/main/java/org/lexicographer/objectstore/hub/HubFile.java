package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;
import org.lexicographer.objectstore.RefusedObjectStoreException;

/**
 * A file of a repository at a commit.
 *
 * @param path where it lies in the repository, with slashes; never leads out
 * @param size its bytes
 * @param digest what its content must come to
 */
public record HubFile(String path, long size, HubDigest digest) {

    private static final int MOST_CHARACTERS = 700;

    public HubFile {
        requireNonNull(path, "path is null");
        requireNonNull(digest, "digest is null");
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: size=" + size);
        }
        checkPath(path);
    }

    /**
     * Checks that a path can be a file's.
     *
     * @throws RefusedObjectStoreException naming the rule that it breaks
     */
    static void checkPath(String path) {
        fault(path)
                .ifPresent(
                        rule -> {
                            throw new RefusedObjectStoreException(
                                    "%s: path=%s".formatted(rule, beginning(path)), null);
                        });
    }

    private static String beginning(String path) {
        return path.substring(0, Math.min(path.length(), MOST_CHARACTERS));
    }

    /** Returns why nothing inside a repository has that path, or no object could have it. */
    static Optional<String> fault(String path) {
        if (path.length() > MOST_CHARACTERS) {
            return Optional.of(
                    "path of the hub too long: most=%d characters, found=%d"
                            .formatted(MOST_CHARACTERS, path.length()));
        }
        if (path.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c))) {
            return Optional.of("path of the hub has a backslash or a control character");
        }
        boolean leadsOut =
                Arrays.stream(path.split("/", -1))
                        .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        return leadsOut
                ? Optional.of("path of the hub leads out of its repository")
                : Optional.empty();
    }
}
