package org.lexicographer.eval.service;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.lexicographer.eval.job.EvaluationJobs;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.stream.ControlTopics;

/** Prepares topics and bucket before the first message, and lets the service leave in order. */
@ApplicationScoped
public class EvalLifecycle {

    private static final Duration IDLE_CHECK = Duration.ofSeconds(15);

    private final String bootstrapServers;
    private final ObjectStore store;
    private final LanguageModels<LanguageModel> models;
    private final EvaluationJobs jobs;
    private final ScheduledExecutorService idleCheck =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("idle-models").factory());

    EvalLifecycle(
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            ObjectStore store,
            LanguageModels<LanguageModel> models,
            EvaluationJobs jobs) {
        this.bootstrapServers = bootstrapServers;
        this.store = store;
        this.models = models;
        this.jobs = jobs;
    }

    /** Runs before the channels connect, which do not create their topics. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        ControlTopics.ensure(bootstrapServers);
        store.ensureBucket();
        idleCheck.scheduleWithFixedDelay(
                models::closeIdle,
                IDLE_CHECK.toSeconds(),
                IDLE_CHECK.toSeconds(),
                TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        jobs.close();
        idleCheck.shutdownNow();
        models.close();
    }
}
