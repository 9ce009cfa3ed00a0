package org.lexicographer.activation.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.lexicographer.activation.job.ExtractionMeter;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.runtime.meter.CommonMeters;
import org.lexicographer.runtime.meter.CommonMeters.Retried;
import org.lexicographer.runtime.meter.JobMeters;
import org.lexicographer.runtime.meter.MeterName;

/**
 * The figures of this process for an operator: blocks, tokens and forward seconds of each stage of
 * a run, and what waits before and behind it.
 */
@Singleton
public final class ActivationMetrics implements ExtractionMeter {

    private static final MeterName BLOCKS =
            new MeterName(
                    "activation.blocks", "Token blocks that went through a stage of a run's pass.");
    private static final MeterName TOKENS =
            new MeterName("activation.blocks.tokens", "Tokens that went through a stage.");
    private static final MeterName TOKENS_PER_SECOND =
            new MeterName(
                    "activation.blocks.tokens.per.second", "Tokens passed on per second, lately.");
    private static final MeterName FORWARD =
            new MeterName(
                    "activation.blocks.forward",
                    "How long forward passes took, with making their records.");
    private static final MeterName WAITING_BLOCKS =
            new MeterName(
                    "token.blocks.lag.blocks",
                    "Blocks of this replica's partitions that a stage has not passed on yet.");
    private static final MeterName AHEAD =
            new MeterName(
                    "activation.blocks.lag",
                    "bytes",
                    "Bytes that the slowest reader of what a stage writes has yet to take.");

    private final CommonMeters common;
    private final JobMeters jobs;
    private final Map<Tags, State> states = new ConcurrentHashMap<>();

    /** Shows no jobs yet. */
    public ActivationMetrics(MeterRegistry registry) {
        common = new CommonMeters(registry);
        jobs = new JobMeters(registry);
        common.jobs(states::size, this::waiting);
    }

    private long waiting() {
        return states.values().stream().filter(State.WAITING::equals).count();
    }

    private static Tags job(String run, int stage) {
        return Tags.of("run", run, "stage", Integer.toString(stage));
    }

    /** Takes a job's figures from what it says. */
    public void progress(RunProgress message) {
        if (message.part() instanceof ExtractionProgress extraction) {
            Tags job = job(message.run(), extraction.stage());
            states.put(job, message.state());
            jobs.show(TOKENS_PER_SECOND, job, extraction.tokensPerSecond());
            jobs.show(WAITING_BLOCKS, job, extraction.lagBlocks());
        }
    }

    @Override
    public void forward(String run, int stage, int tokens, long nanos) {
        jobs.count(TOKENS, job(run, stage), tokens);
        jobs.count(BLOCKS, job(run, stage), 1);
        jobs.time(FORWARD, job(run, stage), Duration.ofNanos(nanos));
    }

    @Override
    public void ahead(String run, int stage, long bytes) {
        jobs.show(AHEAD, job(run, stage), bytes);
    }

    @Override
    public void retried() {
        common.retried(Retried.JOB);
    }

    @Override
    public void left(String run, int stage) {
        states.remove(job(run, stage));
        jobs.left(job(run, stage));
    }

    /** Counts a record that was set aside. */
    public void rejected(Rejection rejection) {
        common.rejected(rejection);
    }
}
