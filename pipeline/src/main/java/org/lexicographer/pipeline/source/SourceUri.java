package org.lexicographer.pipeline.source;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.pipeline.BrokenRuleException;

/**
 * The address of a file or folder: {@code s3://bucket/key}, {@code hf://owner/name@revision}, or
 * {@code file:/path}.
 */
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
        if (uri.startsWith(HubPath.SCHEME)) {
            return HubPath.parse(uri);
        }
        if (uri.startsWith(LocalFile.SCHEME)) {
            return LocalFile.parse(uri);
        }
        throw new BrokenRuleException(
                "not an address", "s3://bucket/key, hf://owner/name@revision or file:/path", uri);
    }

    /**
     * An object of the store, or the prefix that all objects of a folder share.
     *
     * @param bucket the bucket's name
     * @param key the key, or a prefix ending in a slash; never empty
     */
    record StoredObject(String bucket, String key) implements SourceUri {

        private static final String SCHEME = "s3://";

        /** What stores and their clients take for a bucket, S3's own rules and some older ones. */
        private static final Pattern BUCKET =
                Pattern.compile("(?!.*\\.\\.)[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

        /** What keys may have in bytes of UTF-8, so no more characters than that. */
        private static final int MOST_CHARACTERS = 1024;

        /** Checks the components. */
        public StoredObject {
            requireNonNull(bucket, "bucket is null");
            requireNonNull(key, "key is null");
            String uri = SCHEME + bucket + "/" + key;
            if (bucket.isEmpty() || key.isEmpty()) {
                throw notAnObject("not an object address", uri);
            }
            if (!BUCKET.matcher(bucket).matches()) {
                throw notAnObject("not an object address, no name of a bucket", uri);
            }
            if (key.length() > MOST_CHARACTERS || key.chars().anyMatch(Character::isISOControl)) {
                throw notAnObject(
                        "not an object address, too long, or with control characters", uri);
            }
            if (leadsOut(key)) {
                throw notAnObject("not an object address, key leads out of the bucket", uri);
            }
        }

        /** A store of plain files would take such keys for paths. */
        private static boolean leadsOut(String key) {
            return key.startsWith("/")
                    || Arrays.stream(key.split("/", -1)).anyMatch(part -> part.matches("\\.\\.?"));
        }

        private static StoredObject parse(String uri) {
            int slash = uri.indexOf('/', SCHEME.length());
            if (slash < 0) {
                throw notAnObject("not an object address", uri);
            }
            return new StoredObject(
                    uri.substring(SCHEME.length(), slash), uri.substring(slash + 1));
        }

        private static IllegalArgumentException notAnObject(String rule, String uri) {
            return new BrokenRuleException(rule, "s3://bucket/key", uri);
        }

        @Override
        public String toString() {
            return SCHEME + bucket + "/" + key;
        }
    }

    /**
     * What lies in a repository of a model hub.
     *
     * @param isDataset whether it is a repository of data, not of a model or dictionaries
     * @param repository owner and name, with a slash between them
     * @param revision a branch, a tag or a commit
     * @param path a file or folder of the repository, or a pattern of files; empty for all of it
     */
    record HubPath(boolean isDataset, String repository, String revision, String path)
            implements SourceUri {

        /** What a revision is that nobody has named. */
        public static final String DEFAULT_REVISION = "main";

        private static final String SCHEME = "hf://";
        private static final String DATASETS = "datasets/";
        private static final String EXPECTED = "hf://[datasets/]owner/name@revision/path";
        private static final int MOST_CHARACTERS = 1000;
        private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
        private static final Pattern REPOSITORY =
                Pattern.compile("[\\w-][\\w.-]{0,95}/[\\w-][\\w.-]{0,95}");

        // Revisions of the hub's own have slashes.
        private static final Pattern PARTS =
                Pattern.compile(
                        "([^/@]+/[^/@]+)(?:@(refs/(?:convert|pr)/[^/]+|[^/@]+))?(?:/(.*))?");

        /** Checks the components. */
        public HubPath {
            requireNonNull(repository, "repository is null");
            requireNonNull(revision, "revision is null");
            requireNonNull(path, "path is null");
            String uri = text(isDataset, repository, revision, path);
            if (!REPOSITORY.matcher(repository).matches()) {
                throw notOnTheHub("repository is not owner/name", uri);
            }
            if (uri.length() > MOST_CHARACTERS || uri.chars().anyMatch(Character::isISOControl)) {
                throw notOnTheHub("too long, or with control characters", uri);
            }
            if (leadsOut(revision) || !path.isEmpty() && leadsOut(path)) {
                throw notOnTheHub("revision or path leads out of the repository", uri);
            }
        }

        private static boolean leadsOut(String names) {
            return Arrays.stream(names.split("/", -1))
                    .anyMatch(name -> name.isEmpty() || name.matches("\\.\\.?"));
        }

        private static HubPath parse(String uri) {
            String rest = uri.substring(SCHEME.length());
            boolean isDataset = rest.startsWith(DATASETS);
            Matcher parts = PARTS.matcher(isDataset ? rest.substring(DATASETS.length()) : rest);
            if (!parts.matches()) {
                throw notOnTheHub("no repository, or an empty revision", uri);
            }
            String path = parts.group(3) == null ? "" : parts.group(3);
            String revision = parts.group(2) == null ? DEFAULT_REVISION : parts.group(2);
            return new HubPath(
                    isDataset,
                    parts.group(1),
                    revision.replace("%2F", "/"),
                    path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        }

        private static IllegalArgumentException notOnTheHub(String reason, String uri) {
            return new BrokenRuleException("not a hub address, " + reason, EXPECTED, uri);
        }

        /** Tells whether the revision is a commit, so that the address always means the same. */
        public boolean isPinned() {
            return COMMIT.matcher(revision).matches();
        }

        /** Returns the same at another revision. */
        public HubPath at(String otherRevision) {
            return new HubPath(isDataset, repository, otherRevision, path);
        }

        /** Returns another path of the same repository and revision. */
        public HubPath withPath(String otherPath) {
            return new HubPath(isDataset, repository, revision, otherPath);
        }

        private static String text(
                boolean isDataset, String repository, String revision, String path) {
            return SCHEME
                    + (isDataset ? DATASETS : "")
                    + repository
                    + "@"
                    + (revision.startsWith("refs/") ? revision : revision.replace("/", "%2F"))
                    + (path.isEmpty() ? "" : "/" + path);
        }

        @Override
        public String toString() {
            return text(isDataset, repository, revision, path);
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
