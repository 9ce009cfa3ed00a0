package org.lexicographer.pipeline.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.pipeline.BrokenRuleException;

/**
 * A file of documents.
 *
 * @param run the run whose dataset the shard belongs to
 * @param uri the file: {@code s3://bucket/key}, {@code hf://datasets/owner/name@commit/path}, or
 *     {@code file:/path} where a service allows it
 * @param split what the shard is for
 * @param dataset the dataset that it belongs to, where the run mixes several
 */
public record DatasetShard(String run, String uri, Split split, Optional<String> dataset)
        implements DatasetMessage {

    /** What a shard is for. */
    public enum Split {
        /** Dictionaries are trained on it. */
        TRAINING,
        /** It is held out, and never trained on. */
        EVALUATION;

        /** Returns the name as written in a message. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public DatasetShard {
        requireNonNull(run, "run is null");
        requireNonNull(uri, "uri is null");
        requireNonNull(split, "split is null");
        requireNonNull(dataset, "dataset is null");
    }

    /** Creates a shard of a run that mixes no datasets. */
    public DatasetShard(String run, String uri, Split split) {
        this(run, uri, split, Optional.empty());
    }

    static String checkUri(String uri) {
        if (!uri.startsWith("s3://") && !uri.startsWith("hf://") && !uri.startsWith("file:")) {
            throw new BrokenRuleException(
                    "not a shard address",
                    "s3://bucket/key, hf://datasets/owner/name@commit/path or file:/path",
                    uri);
        }
        return uri;
    }
}
