package org.lexicographer.tokenizer.service;

import static java.util.Objects.requireNonNull;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.pipeline.stream.ControlTopics;
import org.lexicographer.tokenizer.job.RunEnds;
import org.lexicographer.tokenizer.job.TokenizerJobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the service before its channels connect, and stops its jobs before they close. */
@ApplicationScoped
public class TokenizerLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerLifecycle.class);
    private static final int BEFORE_CHANNELS = 1;

    private final String bootstrapServers;
    private final MinioObjectStore store;
    private final TokenizerJobs jobs;
    private final TokenizerConfig config;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("end-check").factory());

    /** Takes what is started and stopped. */
    public TokenizerLifecycle(
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            MinioObjectStore store,
            TokenizerJobs jobs,
            TokenizerConfig config) {
        this.bootstrapServers = bootstrapServers;
        this.store = requireNonNull(store, "store is null");
        this.jobs = requireNonNull(jobs, "jobs is null");
        this.config = config;
    }

    void start(@Observes @Priority(BEFORE_CHANNELS) StartupEvent event) {
        ControlTopics.ensure(bootstrapServers);
        ensureBucket();
        HuggingFaceTextTokenizer.loadNatives();
        long period = config.endCheck().toMillis();
        clock.scheduleWithFixedDelay(this::stopGivenUp, period, period, TimeUnit.MILLISECONDS);
    }

    /** A store that is out of reach now is waited for by whoever needs it. */
    private void ensureBucket() {
        try {
            store.ensureBucket();
        } catch (ObjectStoreException e) {
            LOG.warn("bucket not ensured: bucket={}, reason={}", store.bucket(), e.getMessage());
        }
    }

    /** Runs that failed or were cancelled need no more tokens. */
    private void stopGivenUp() {
        try {
            jobs.stopWhere(new RunEnds(store)::isGivenUp);
        } catch (ObjectStoreException e) {
            LOG.debug("ends of runs not known", e);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        clock.shutdownNow();
        jobs.close();
    }
}
