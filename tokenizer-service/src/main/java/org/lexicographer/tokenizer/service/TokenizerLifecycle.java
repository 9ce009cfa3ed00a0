package org.lexicographer.tokenizer.service;

import static java.util.Objects.requireNonNull;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.runtime.health.Worker;
import org.lexicographer.tokenizer.job.TokenizerJobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prepares what needs no broker, and stops the jobs before the channels close. */
@ApplicationScoped
public class TokenizerLifecycle implements Worker {

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerLifecycle.class);

    private final MinioObjectStore store;
    private final TokenizerJobs jobs;
    private final TokenizerConfig config;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("end-check").factory());
    private volatile ScheduledFuture<?> endCheck;

    public TokenizerLifecycle(MinioObjectStore store, TokenizerJobs jobs, TokenizerConfig config) {
        this.store = requireNonNull(store, "store is null");
        this.jobs = requireNonNull(jobs, "jobs is null");
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        HuggingFaceTextTokenizer.loadNatives();
        long period = config.endCheck().toMillis();
        endCheck =
                clock.scheduleWithFixedDelay(
                        this::stopGivenUp, period, period, TimeUnit.MILLISECONDS);
    }

    /** Runs that failed or were cancelled need no more tokens. */
    private void stopGivenUp() {
        try {
            jobs.stopWhere(new StoredEnds(store)::isGivenUp);
        } catch (ObjectStoreException e) {
            LOG.debug("ends of runs not known", e);
        }
    }

    @Override
    public String name() {
        return "end-check";
    }

    /** Tells whether it is still looked up which runs have ended, or the service leaves. */
    @Override
    public boolean isWell() {
        return clock.isShutdown() || endCheck == null || !endCheck.isDone();
    }

    void stop(@Observes ShutdownEvent event) {
        clock.shutdownNow();
        jobs.close();
    }
}
