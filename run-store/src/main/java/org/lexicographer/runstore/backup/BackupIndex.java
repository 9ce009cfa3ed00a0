package org.lexicographer.runstore.backup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.lexicographer.pipeline.Json;

/**
 * What a backup holds; the file {@code backup.json}, written last.
 *
 * @param version of this layout
 * @param bucket the bucket that was copied
 * @param at when its objects were all as they are here, in ISO 8601
 * @param objects its objects, by key
 * @param startAgain the runs that had not ended
 */
record BackupIndex(
        int version,
        String bucket,
        String at,
        List<StoredCopy> objects,
        List<StartAgain> startAgain) {

    private static final int VERSION = 1;

    BackupIndex {
        requireNonNull(bucket, "bucket is null");
        requireNonNull(at, "at is null");
        objects = List.copyOf(objects);
        startAgain = List.copyOf(startAgain);
    }

    BackupIndex(String bucket, Instant at, List<StoredCopy> objects, List<StartAgain> startAgain) {
        this(VERSION, bucket, at.toString(), objects, startAgain);
    }

    /**
     * One object.
     *
     * @param key its key
     * @param size its bytes
     * @param etag its entity tag in the bucket that it was copied from
     * @param sha256 the SHA-256 of its content, which is also the name of its file here
     */
    record StoredCopy(String key, long size, String etag, String sha256) {

        StoredCopy {
            requireNonNull(key, "key is null");
            requireNonNull(etag, "etag is null");
            if (size < 0 || !sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "not an object: key=%s, size=%d, sha256=%s".formatted(key, size, sha256));
            }
        }
    }

    /**
     * A run that had not ended. What it had trained is not kept; trained once more from its
     * beginning it comes to the same.
     *
     * @param run its name
     * @param shards the messages about its dataset that had been begun, in that order
     */
    record StartAgain(String run, List<JsonNode> shards) {

        StartAgain {
            requireNonNull(run, "run is null");
            shards = List.copyOf(shards);
        }
    }

    /**
     * Reads the file.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException when it is none
     * @throws BackupException when a later version wrote it
     */
    static BackupIndex read(byte[] json) {
        int version = Json.tree(json).path("version").asInt();
        if (version != VERSION) {
            throw new BackupException(
                    "layout of the backup unknown: expected=%d, found=%d"
                            .formatted(VERSION, version));
        }
        return Json.read(json, BackupIndex.class);
    }

    byte[] toJson() {
        return Json.writePretty(this);
    }
}
