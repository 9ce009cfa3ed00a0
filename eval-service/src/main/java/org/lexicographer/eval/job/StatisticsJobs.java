package org.lexicographer.eval.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.lexicographer.eval.evaluator.EvaluationInterruptedException;
import org.lexicographer.eval.exchange.NotWritableException;
import org.lexicographer.eval.nearest.DictionaryPair;
import org.lexicographer.eval.nearest.NearestWork;
import org.lexicographer.eval.statistics.StatisticsPlanner;
import org.lexicographer.eval.statistics.StatisticsStage;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes statistics of latents, and compares dictionaries, on one thread, together with the other
 * replicas. What there is to do is found in the store, time and again, so that it is found after a
 * crash too; what an outage prevented is tried again, and a plan that can never be done is given
 * up.
 */
public final class StatisticsJobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatisticsJobs.class);

    private final StatisticsPlanner planner;
    private final StatisticsStage stage;
    private final NearestWork nearest;
    private final Duration leaving;
    private final ScheduledExecutorService worker;
    private volatile boolean well = true;

    /**
     * Begins to look for work.
     *
     * @param check how long to wait before looking again
     * @param leaving how long closing waits for the batch that is being computed
     */
    public StatisticsJobs(
            StatisticsPlanner planner,
            StatisticsStage stage,
            NearestWork nearest,
            Duration check,
            Duration leaving) {
        this.planner = planner;
        this.stage = stage;
        this.nearest = nearest;
        this.leaving = leaving;
        this.worker =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("statistics").factory());
        worker.scheduleWithFixedDelay(
                this::work, check.toMillis(), check.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns false when nothing is looked for any more although nobody closed this. */
    public boolean isWell() {
        return well || worker.isShutdown();
    }

    private void work() {
        try {
            if (!stage.hasTurn()) {
                return;
            }
            planner.planWanted();
            stage.forgetDone();
            stage.open().forEach(this::advance);
            nearest.wanted().forEach(this::compare);
        } catch (RuntimeException e) {
            // Nothing may end the schedule; what failed is found again.
            report("statistics put off", e);
        } catch (Error e) {
            LOG.error("statistics end until a restart", e);
            well = false;
            throw e;
        }
    }

    private void advance(StatisticsPlan plan) {
        try {
            if (stage.advance(plan)) {
                LOG.info(
                        "statistics made: run={}, text={}, dictionaries={}",
                        plan.run(),
                        plan.setting().text(),
                        plan.dictionaries().size());
            }
        } catch (RuntimeException e) {
            if (isOutage(e) || isLeaving(e) || !stage.isOpen(plan)) {
                report("statistics put off", e);
            } else {
                LOG.error("statistics not possible: run={}", plan.run(), e);
                stage.giveUp(plan, reason(e));
            }
        }
    }

    private void compare(DictionaryPair pair) {
        try {
            if (worker.isShutdown()) {
                throw new EvaluationInterruptedException();
            }
            if (nearest.compare(pair)) {
                LOG.info("dictionaries compared: first={}, second={}", pair.first(), pair.second());
            }
        } catch (RuntimeException e) {
            if (isOutage(e) || isLeaving(e)) {
                report("comparison put off", e);
            } else {
                LOG.error("dictionaries not comparable: pair={}", pair, e);
                nearest.giveUp(pair, reason(e));
            }
        }
    }

    private static String reason(RuntimeException e) {
        return Optional.ofNullable(e.getMessage()).orElseGet(e::toString);
    }

    private void report(String what, RuntimeException e) {
        if (isLeaving(e)) {
            LOG.info("statistics stopped");
        } else {
            LOG.warn(what, e);
        }
    }

    /** Whatever an interrupted call throws says nothing about the plan. */
    private boolean isLeaving(RuntimeException e) {
        return worker.isShutdown() || e instanceof EvaluationInterruptedException;
    }

    private static boolean isOutage(RuntimeException e) {
        return e instanceof ModelOutageException
                || e instanceof RetryableObjectStoreException
                || e instanceof NotWritableException;
    }

    /** Stops after the batch that is being computed; other replicas take over what is left. */
    @Override
    public void close() {
        worker.shutdownNow();
        try {
            if (!worker.awaitTermination(leaving.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("statistics do not stop: waited={}", leaving);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
