package org.lexicographer.tokenizer.progress;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.tokenizer.stream.RunFailedException;

/**
 * Says how far the tokenizing of one run has come: at most once a second while it continues, and at
 * once when it is over; the same thing is not said twice.
 */
public final class ProgressLog {

    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final double NANOS_PER_SECOND = 1e9;

    private final RunSpec spec;
    private final TokenizerOutput output;
    private final LongSupplier nanoTime;
    private long blocks;
    private long contexts;
    private int heldOutContexts;
    private Optional<String> warning = Optional.empty();
    private OptionalLong lostBlock = OptionalLong.empty();
    private RunProgress last;
    private long reportedAt;
    private long reportedContexts;
    private Supplier<DatasetAccount> dataset = () -> DatasetAccount.EMPTY;
    private Supplier<Map<String, Long>> contextsOf = Map::of;

    /** Starts a log; {@code nanoTime} is the clock that periods are measured with. */
    public ProgressLog(RunSpec spec, TokenizerOutput output, LongSupplier nanoTime) {
        this.spec = requireNonNull(spec, "spec is null");
        this.output = requireNonNull(output, "output is null");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
        this.reportedAt = nanoTime.getAsLong();
    }

    /**
     * Starts with the blocks that an earlier attempt wrote.
     *
     * @param account tells what has become of the dataset so far
     * @param given tells how many contexts each dataset of a mix has given so far
     */
    public void resume(
            long writtenBlocks,
            int heldOut,
            Supplier<DatasetAccount> account,
            Supplier<Map<String, Long>> given) {
        dataset = account;
        contextsOf = given;
        blocks = writtenBlocks;
        contexts = writtenBlocks * spec.tokenBlock().contexts();
        heldOutContexts = heldOut;
        reportedContexts = contexts;
    }

    /** Says something along with all that is said from now on, as long as the run goes on. */
    public void warn(Optional<String> text) {
        warning = text;
    }

    /** Counts a block that was written, with that many contexts. */
    public void wrote(int blockContexts) {
        blocks++;
        contexts += blockContexts;
        report(State.RUNNING, warning);
    }

    /** Returns how many blocks were written and contexts held out, by earlier attempts too. */
    public long written() {
        return blocks + heldOutContexts;
    }

    /** Says how many contexts are held out. */
    public void heldOut(int heldOut) {
        heldOutContexts = heldOut;
        report(State.RUNNING, warning);
    }

    /** Says what the run waits for. */
    public void waiting(String what) {
        report(State.WAITING, Optional.of(warning.map(text -> what + "; " + text).orElse(what)));
    }

    /** Says that an outage has ended an attempt, and that another one follows. */
    public void tryingAgain(String reason) {
        waiting("tries again: reason=" + reason);
        output.retried();
    }

    /** Says that no attempt follows in this process. */
    public void left() {
        output.left(spec.run());
    }

    /** Says that the run is tokenized. */
    public void ended() {
        publish(State.ENDED, warning);
    }

    /** Says that nothing is left to do, unless an earlier service has said so. */
    public void nothingLeft() {
        if (last != null) {
            ended();
        }
    }

    /** Says why the run cannot be tokenized. */
    public void failed(RunFailedException reason) {
        lostBlock = reason.lostBlock();
        publish(State.FAILED, Optional.of(reason.getMessage() + advice()));
    }

    private String advice() {
        return lostBlock.isEmpty()
                ? ""
                : ", run=%s; resume the run: its token blocks are made again from the dataset"
                        .formatted(spec.run());
    }

    private void report(State state, Optional<String> message) {
        if (last == null || nanoTime.getAsLong() - reportedAt >= PERIOD_NANOS) {
            publish(state, message);
        }
    }

    private void publish(State state, Optional<String> message) {
        long now = nanoTime.getAsLong();
        RunProgress progress =
                new RunProgress(
                        spec.run(),
                        figures((now - reportedAt) / NANOS_PER_SECOND),
                        state,
                        message,
                        lostBlock);
        reportedAt = now;
        reportedContexts = contexts;
        if (!progress.equals(last)) {
            last = progress;
            output.progress(progress);
        }
    }

    private TokenizerProgress figures(double seconds) {
        double newTokens = (double) (contexts - reportedContexts) * spec.contextLength();
        return new TokenizerProgress(
                blocks,
                contexts,
                contexts * spec.contextLength(),
                heldOutContexts,
                seconds > 0 ? newTokens / seconds : 0,
                dataset.get(),
                contextsOf.get());
    }
}
