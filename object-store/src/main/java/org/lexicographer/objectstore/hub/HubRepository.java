package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A repository of the hub.
 *
 * @param kind what it holds
 * @param id its owner and name, with a slash between them
 */
public record HubRepository(Kind kind, String id) {

    private static final Pattern ID = Pattern.compile("[\\w-][\\w.-]{0,95}/[\\w-][\\w.-]{0,95}");

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** What a repository holds. */
    public enum Kind {
        /** Models, and dictionaries. */
        MODELS("models", ""),
        /** Datasets. */
        DATASETS("datasets", "datasets/");

        private final String text;
        private final String pagePrefix;

        Kind(String text, String pagePrefix) {
            this.text = text;
            this.pagePrefix = pagePrefix;
        }
    }

    public HubRepository {
        requireNonNull(kind, "kind is null");
        requireNonNull(id, "id is null");
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "not a repository: expected=owner/name, found=" + id);
        }
    }

    /** Tells whether a revision is a commit, which never means something else. */
    public static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** Returns the path of the hub's interface for this repository. */
    String apiPath() {
        return "api/%s/%s".formatted(kind.text, id);
    }

    /** Returns the path that the repository's files lie under. */
    String filesPath() {
        return kind.pagePrefix + id + "/resolve";
    }

    /** Returns the part of object keys that stands for a commit, without a slash at its end. */
    String keyPart(String commit) {
        return "%s/%s/%s".formatted(kind.text, id, commit);
    }

    @Override
    public String toString() {
        return "hf://" + kind.pagePrefix + id;
    }
}
