package org.lexicographer.tokenizer.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.runtime.meter.CommonMeters;
import org.lexicographer.runtime.meter.CommonMeters.Retried;
import org.lexicographer.runtime.meter.JobMeters;
import org.lexicographer.runtime.meter.MeterName;
import org.lexicographer.tokenizer.progress.DatasetMeter;

/** The figures of this process for an operator: what was read, and how far each run is. */
@Singleton
public final class TokenizerMetrics implements DatasetMeter {

    private static final MeterName DOCUMENTS =
            new MeterName("dataset.shards.documents", "Documents that were encoded.");
    private static final MeterName TOKENS =
            new MeterName("dataset.shards.tokens", "Tokens that these documents gave.");
    private static final MeterName LEFT_OUT_LINES =
            new MeterName("dataset.shards.lines.left.out", "Lines that were set aside.");
    private static final MeterName LEFT_OUT =
            new MeterName(
                    "dataset.shards.left.out", "Shards that were set aside, or the rest of one.");
    private static final MeterName BLOCKS =
            new MeterName("token.blocks", "Token blocks of the run that were written.");
    private static final MeterName BLOCK_TOKENS =
            new MeterName("token.blocks.tokens", "Tokens in these blocks.");
    private static final MeterName TOKENS_PER_SECOND =
            new MeterName("token.blocks.tokens.per.second", "Tokens written per second, lately.");
    private static final MeterName HELD_OUT =
            new MeterName("token.blocks.held.out.contexts", "Contexts of the run held out.");

    private final CommonMeters common;
    private final JobMeters jobs;
    private final Map<String, State> states = new ConcurrentHashMap<>();
    private final Counter documents;
    private final Counter tokens;
    private final Counter leftOutLines;
    private final Counter leftOutShards;

    /** Shows no runs yet. */
    public TokenizerMetrics(MeterRegistry registry) {
        common = new CommonMeters(registry);
        jobs = new JobMeters(registry);
        common.jobs(states::size, this::waiting);
        documents = DOCUMENTS.counter(registry, Tags.empty());
        tokens = TOKENS.counter(registry, Tags.empty());
        leftOutLines = LEFT_OUT_LINES.counter(registry, Tags.empty());
        leftOutShards = LEFT_OUT.counter(registry, Tags.empty());
    }

    private long waiting() {
        return states.values().stream().filter(State.WAITING::equals).count();
    }

    @Override
    public void encoded(EncodedPart part) {
        tokens.increment(part.tokens().length);
        if (part.last()) {
            documents.increment();
        }
    }

    @Override
    public void rejectedLine() {
        leftOutLines.increment();
    }

    @Override
    public void rejectedShard() {
        leftOutShards.increment();
    }

    /** Takes a run's figures from what its job says. */
    public void progress(RunProgress message) {
        if (message.part() instanceof TokenizerProgress tokenizing) {
            Tags run = Tags.of("run", message.run());
            states.put(message.run(), message.state());
            jobs.show(BLOCKS, run, tokenizing.blocks());
            jobs.show(BLOCK_TOKENS, run, tokenizing.tokens());
            jobs.show(TOKENS_PER_SECOND, run, tokenizing.tokensPerSecond());
            jobs.show(HELD_OUT, run, tokenizing.heldOutContexts());
        }
    }

    /** Counts a job that an outage has ended, and that is tried again. */
    public void retriedJob() {
        common.retried(Retried.JOB);
    }

    /** Forgets a run that this process works on no more. */
    public void left(String run) {
        states.remove(run);
        jobs.left(Tags.of("run", run));
    }

    /** Counts a record that was set aside. */
    public void rejected(Rejection rejection) {
        common.rejected(rejection);
    }
}
