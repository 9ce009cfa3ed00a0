package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
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
        if (!isInside(path)) {
            throw new RefusedObjectStoreException(
                    "path of the hub leads out of its repository: path=" + path, null);
        }
    }

    /** Tells whether a path names something inside its repository, and can be an object's key. */
    static boolean isInside(String path) {
        return path.length() <= MOST_CHARACTERS
                && path.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c))
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }
}
