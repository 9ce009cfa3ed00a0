package org.lexicographer.activation.job;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.lexicographer.activation.stage.StageInput;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;

/**
 * How far this replica has come with a stage of a run, and what went wrong. Safe for use by several
 * threads.
 */
final class JobProgress {

    private static final Duration RATE_WINDOW = Duration.ofSeconds(10);

    private final String run;
    private final int stage;
    private final String replica;
    private final InstantSource clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long tokens;
    private long blocks;
    private boolean streamEnded;
    private final SortedMap<Site, String> faults = new TreeMap<>();
    private Throwable failure;

    JobProgress(String run, int stage, String replica, InstantSource clock) {
        this.run = run;
        this.stage = stage;
        this.replica = replica;
        this.clock = clock;
    }

    synchronized void stored(StageInput block) {
        if (block.endsStream()) {
            streamEnded = true;
        } else {
            tokens += block.tokens().length;
            blocks++;
        }
    }

    /** Takes note of the first thing that goes wrong. */
    synchronized void failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** Takes note of the first activations of a site that are not finite. */
    synchronized void notFinite(Site site, String fault) {
        faults.putIfAbsent(site, fault);
    }

    /** Returns what went wrong, once. */
    synchronized Optional<Throwable> takeFailure() {
        Optional<Throwable> taken = Optional.ofNullable(failure);
        failure = null;
        return taken;
    }

    synchronized long blocks() {
        return blocks;
    }

    /** Tells whether this replica has passed on the end of the stream. */
    synchronized boolean streamEnded() {
        return streamEnded;
    }

    /** Returns the message for the {@code run-progress} topic. */
    synchronized RunProgress message(State state, long lagBlocks, Optional<String> message) {
        return new RunProgress(run, figures(lagBlocks), state, withFaults(message));
    }

    /** Whatever else there is to say, a reader of the last message learns what was not finite. */
    private Optional<String> withFaults(Optional<String> message) {
        List<String> parts = new ArrayList<>(message.stream().toList());
        parts.addAll(faults.values());
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
    }

    /** Returns the message that says that a block is lost, and what to do about it. */
    synchronized RunProgress lost(long sequence, String reason) {
        String again =
                stage == 0
                        ? "its token blocks are made again from the dataset"
                        : "all its stages start again from its token blocks";
        String message = "%s, run=%s; resume the run: %s".formatted(reason, run, again);
        return new RunProgress(
                run, figures(0), State.FAILED, Optional.of(message), OptionalLong.of(sequence));
    }

    private ExtractionProgress figures(long lagBlocks) {
        return new ExtractionProgress(replica, stage, blocks, tokens, tokensPerSecond(), lagBlocks);
    }

    private double tokensPerSecond() {
        long now = clock.millis();
        samples.add(new Sample(now, tokens));
        while (now - samples.peek().millis > RATE_WINDOW.toMillis()) {
            samples.remove();
        }
        Sample first = samples.peek();
        long millis = now - first.millis;
        return millis == 0 ? 0 : 1000.0 * (tokens - first.tokens) / millis;
    }

    private record Sample(long millis, long tokens) {}
}
