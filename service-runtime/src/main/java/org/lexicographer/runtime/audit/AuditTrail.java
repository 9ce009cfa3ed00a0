package org.lexicographer.runtime.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.stored.AuditEntry;
import org.lexicographer.runtime.access.Access;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was changed, by whom, and what came of it: a line of JSON of the log category {@code audit},
 * written before the answer is sent, and where access is on an object of the store soon after. What
 * the store does not take is in the log all the same; of whoever does not say who they are the log
 * alone has it, so that nobody fills the store without a token.
 */
@ApplicationScoped
public class AuditTrail {

    private static final Logger AUDIT = LoggerFactory.getLogger("audit");
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    /** So many wait for the store; of more the log alone knows. */
    private static final int MOST_WAITING = 1_000;

    private static final long LEAVING_SECONDS = 5;

    private final ObjectStore store;
    private final boolean isStored;
    private final ThreadPoolExecutor writer =
            new ThreadPoolExecutor(
                    0,
                    1,
                    1,
                    TimeUnit.MINUTES,
                    new ArrayBlockingQueue<>(MOST_WAITING),
                    Thread.ofPlatform().daemon().name("audit").factory());

    @Inject
    AuditTrail(ObjectStore store, Access access) {
        this(store, !access.isOff());
    }

    /**
     * Creates the trail.
     *
     * @param isStored whether entries are kept in the store, and not in the log alone
     */
    AuditTrail(ObjectStore store, boolean isStored) {
        this.store = requireNonNull(store, "store is null");
        this.isStored = isStored;
    }

    /** Keeps an entry. */
    public void keep(AuditEntry entry) {
        byte[] json = entry.toJson();
        AUDIT.info("{}", new String(json, UTF_8));
        if (isStored && entry.owner().isPresent()) {
            try {
                writer.execute(() -> store(entry, json));
            } catch (RejectedExecutionException e) {
                LOG.warn("audit entry is in the log alone: waiting={}", MOST_WAITING);
            }
        }
    }

    private void store(AuditEntry entry, byte[] json) {
        String key = ObjectKeys.audit(Instant.parse(entry.at()), UUID.randomUUID());
        try {
            store.putIfAbsent(key, json);
        } catch (ObjectStoreException e) {
            LOG.warn("audit entry is in the log alone: key={}, reason={}", key, e.getMessage());
        }
    }

    /** Writes what still waits. */
    @PreDestroy
    void close() throws InterruptedException {
        writer.shutdown();
        writer.awaitTermination(LEAVING_SECONDS, TimeUnit.SECONDS);
    }
}
