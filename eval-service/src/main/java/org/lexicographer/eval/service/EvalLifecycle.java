package org.lexicographer.eval.service;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.lexicographer.eval.exchange.TemporaryFolder;
import org.lexicographer.eval.job.EvaluationJobs;
import org.lexicographer.eval.job.StatisticsJobs;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.runtime.health.Worker;
import org.lexicographer.runtime.retention.RetentionSchedule;

/**
 * Closes models that are idle, removes what was kept long enough, and lets the service leave in
 * order.
 */
@ApplicationScoped
public class EvalLifecycle implements Worker {

    private static final Duration IDLE_CHECK = Duration.ofSeconds(15);

    private final LanguageModels<LanguageModel> models;
    private final EvaluationJobs jobs;
    private final StatisticsJobs statistics;
    private final RetentionSchedule retention;
    private final ScheduledExecutorService idleCheck =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("idle-models").factory());
    private volatile ScheduledFuture<?> checks;

    EvalLifecycle(
            LanguageModels<LanguageModel> models,
            EvaluationJobs jobs,
            StatisticsJobs statistics,
            RetentionSchedule retention) {
        this.models = models;
        this.jobs = jobs;
        this.statistics = statistics;
        this.retention = retention;
    }

    void start(@Observes StartupEvent event) {
        TemporaryFolder.removeLeftovers();
        retention.start();
        checks =
                idleCheck.scheduleWithFixedDelay(
                        models::closeIdle,
                        IDLE_CHECK.toSeconds(),
                        IDLE_CHECK.toSeconds(),
                        TimeUnit.SECONDS);
    }

    @Override
    public String name() {
        return "idle-models";
    }

    /** Tells whether models that are idle are still closed, or the service leaves. */
    @Override
    public boolean isWell() {
        return idleCheck.isShutdown() || checks == null || !checks.isDone();
    }

    void stop(@Observes ShutdownEvent event) {
        retention.close();
        jobs.close();
        statistics.close();
        idleCheck.shutdownNow();
        models.close();
    }
}
