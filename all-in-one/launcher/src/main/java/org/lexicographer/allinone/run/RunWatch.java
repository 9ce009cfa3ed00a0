package org.lexicographer.allinone.run;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.allinone.client.TopicTail;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;
import org.lexicographer.pipeline.run.RunSpec;

/** Follows a run until its final dictionaries are evaluated, and shows how far it is. */
public final class RunWatch {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final List<String> TOPICS = List.of(Topics.RUN_PROGRESS, Topics.REJECTED);

    private final RunningSystem system;
    private final RunClient client;
    private final RunSpec spec;
    private final RunStatus status;
    private final ProgressText text;

    /**
     * Prepares to follow a run.
     *
     * @param unicode whether the reader's terminal shows more than ASCII
     */
    public RunWatch(RunningSystem system, RunSpec spec, boolean unicode) {
        this.system = requireNonNull(system, "system is null");
        this.client = new RunClient(system);
        this.spec = spec;
        this.status = new RunStatus(spec.run());
        this.text = new ProgressText(spec, unicode);
    }

    /**
     * Returns when the run has ended and all its final dictionaries are evaluated.
     *
     * @throws RunFailedException when the run ends otherwise
     * @throws IllegalStateException when a service ends
     */
    public List<ResultRow> await(ProgressDisplay display) {
        return await(display, said -> {});
    }

    /**
     * As {@link #await(ProgressDisplay)}.
     *
     * @param listener is told all that services say meanwhile, other runs' words included
     */
    public List<ResultRow> await(
            ProgressDisplay display, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
        long start = System.nanoTime();
        try (TopicTail tail = TopicTail.of(system.bootstrapServers(), TOPICS)) {
            while (true) {
                tail.poll(BETWEEN_LOOKS).forEach(listener.andThen(status::take));
                system.check();
                Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
                display.show(text.summary(status, elapsed), text.details(status));
                if (isOver()) {
                    List<ResultRow> rows = rows();
                    if (rows.size() >= dictionaries()) {
                        return rows;
                    }
                }
            }
        } finally {
            display.end();
        }
    }

    /** Returns why records of the run were set aside, in order. */
    public List<String> rejected() {
        return status.rejected();
    }

    private boolean isOver() {
        return switch (status.state()) {
            case WAITING, RUNNING -> false;
            case ENDED -> true;
            case FAILED, CANCELLED -> throw failure();
        };
    }

    private RunFailedException failure() {
        String why =
                status.message().orElse(status.state() == State.FAILED ? "failed" : "cancelled");
        return new RunFailedException(
                "run has not ended well: run=%s, state=%s, reason=%s"
                        .formatted(spec.run(), status.state(), why),
                status.failures());
    }

    private List<ResultRow> rows() {
        List<String> failed = status.failures(EvaluationProgress.class);
        if (!failed.isEmpty()) {
            throw new RunFailedException("evaluation failed: run=" + spec.run(), failed);
        }
        return client.finalRows(spec.run());
    }

    private int dictionaries() {
        return spec.sites().stream().mapToInt(site -> spec.recipesAt(site).size()).sum();
    }
}
