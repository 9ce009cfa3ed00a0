package org.lexicographer.pipeline.source;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.lexicographer.pipeline.BrokenRuleException;

/** The address of a file or folder: {@code s3://bucket/key}, or {@code file:/path}. */
public sealed interface SourceUri {

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException when it is none, with the rule that it breaks
     */
    static SourceUri parse(String uri) {
        requireNonNull(uri, "uri is null");
        if (uri.startsWith(StoredObject.SCHEME)) {
            return StoredObject.parse(uri);
        }
        if (uri.startsWith(LocalFile.SCHEME)) {
            return LocalFile.parse(uri);
        }
        throw new BrokenRuleException("not an address", "s3://bucket/key or file:/path", uri);
    }

    /**
     * An object of the store, or the prefix that all objects of a folder share.
     *
     * @param bucket the bucket's name
     * @param key the key, or a prefix ending in a slash; never empty
     */
    record StoredObject(String bucket, String key) implements SourceUri {

        private static final String SCHEME = "s3://";

        /** Checks the components. */
        public StoredObject {
            requireNonNull(bucket, "bucket is null");
            requireNonNull(key, "key is null");
            if (bucket.isEmpty() || key.isEmpty()) {
                throw notAnObject(SCHEME + bucket + "/" + key);
            }
        }

        private static StoredObject parse(String uri) {
            int slash = uri.indexOf('/', SCHEME.length());
            if (slash < 0) {
                throw notAnObject(uri);
            }
            return new StoredObject(
                    uri.substring(SCHEME.length(), slash), uri.substring(slash + 1));
        }

        private static IllegalArgumentException notAnObject(String uri) {
            return new BrokenRuleException("not an object address", "s3://bucket/key", uri);
        }

        @Override
        public String toString() {
            return SCHEME + bucket + "/" + key;
        }
    }

    /**
     * A file or folder of the machine that reads it.
     *
     * @param path the absolute path
     */
    record LocalFile(Path path) implements SourceUri {

        private static final String SCHEME = "file:";

        /** Checks the path. */
        public LocalFile {
            requireNonNull(path, "path is null");
        }

        private static LocalFile parse(String text) {
            URI uri;
            try {
                uri = new URI(text);
            } catch (URISyntaxException e) {
                throw notAFile(
                        "%s at index %d, write such a character as %%20"
                                .formatted(e.getReason(), e.getIndex()),
                        text);
            }
            if (uri.isOpaque()) {
                throw notAFile("relative path", text);
            }
            if (uri.getRawAuthority() != null) {
                throw notAFile("host " + uri.getRawAuthority(), text);
            }
            if (uri.getRawFragment() != null || uri.getRawQuery() != null) {
                throw notAFile("# or ? in the path, write it as %23 or %3F", text);
            }
            return new LocalFile(path(uri, text));
        }

        private static Path path(URI uri, String text) {
            try {
                return Path.of(uri);
            } catch (IllegalArgumentException e) {
                throw notAFile(e.getMessage(), text);
            }
        }

        private static IllegalArgumentException notAFile(String reason, String text) {
            return new BrokenRuleException("not a file address, " + reason, "file:/path", text);
        }

        @Override
        public String toString() {
            return path.toUri().toString();
        }
    }
}
