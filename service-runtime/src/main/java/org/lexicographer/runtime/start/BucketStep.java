package org.lexicographer.runtime.start;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.UnfinishedUploads;
import org.lexicographer.objectstore.service.ObjectStoreConfig;
import org.lexicographer.pipeline.ObjectKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the bucket unless it exists, and removes from it what killed services have left of
 * uploads: the parts of those that began more than a day ago, which no upload takes.
 */
@Singleton
public final class BucketStep implements StartStep {

    private static final Logger LOG = LoggerFactory.getLogger(BucketStep.class);

    private static final Duration LONGEST_UPLOAD = Duration.ofDays(1);

    /** Where services write; what else lies in the bucket is not theirs. */
    private static final List<String> OURS =
            List.of(
                    ObjectKeys.RUNS,
                    ObjectKeys.DICTIONARIES,
                    ObjectKeys.EVALUATIONS,
                    ObjectKeys.STATISTICS,
                    HubStore.PREFIX);

    private final MinioObjectStore store;
    private final UnfinishedUploads uploads;
    private final String address;

    BucketStep(MinioObjectStore store, UnfinishedUploads uploads, ObjectStoreConfig config) {
        this.store = requireNonNull(store, "store is null");
        this.uploads = requireNonNull(uploads, "uploads is null");
        this.address = config.endpoint();
    }

    @Override
    public String name() {
        return "object store at " + address;
    }

    @Override
    public int order() {
        return COMMON + 1;
    }

    @Override
    public void take() {
        store.ensureBucket();
        OURS.forEach(this::removeUploads);
    }

    /** A server that keeps no such list has its own ways to remove them. */
    private void removeUploads(String prefix) {
        try {
            uploads.abort(prefix, Instant.now().minus(LONGEST_UPLOAD))
                    .forEach(key -> LOG.info("unfinished upload removed: key={}", key));
        } catch (RefusedObjectStoreException e) {
            LOG.warn("unfinished uploads are left where they are: reason={}", e.getMessage());
        }
    }
}
