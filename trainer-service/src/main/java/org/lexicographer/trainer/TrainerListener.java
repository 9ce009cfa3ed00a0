package org.lexicographer.trainer;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.lexicographer.pipeline.RunSpec;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.trainer.job.TrainerOutput;
import org.lexicographer.trainer.run.RunBoard;

/**
 * The trainer's control messages. Every replica reads all of {@code runs} and {@code run-progress}
 * from the beginning; what it publishes is keyed, so a repetition replaces.
 */
@ApplicationScoped
public class TrainerListener implements TrainerOutput {

    private final long startedAt = System.currentTimeMillis();
    private final RunBoard board;
    private final TrainerLifecycle lifecycle;
    private final Emitter<Record<String, byte[]>> runs;
    private final Emitter<Record<String, byte[]>> progress;
    private final Emitter<Record<String, byte[]>> dictionaries;

    TrainerListener(
            RunBoard board,
            TrainerLifecycle lifecycle,
            @Channel("runs-out") Emitter<Record<String, byte[]>> runs,
            @Channel("run-progress-out") Emitter<Record<String, byte[]>> progress,
            @Channel("dictionaries") Emitter<Record<String, byte[]>> dictionaries) {
        this.board = board;
        this.lifecycle = lifecycle;
        this.runs = runs;
        this.progress = progress;
        this.dictionaries = dictionaries;
    }

    /** A run was submitted, resumed or withdrawn. */
    @Incoming("runs")
    @Blocking
    public void run(Record<String, byte[]> run) {
        if (run.value() == null) {
            lifecycle.replica().withdraw(run.key());
        } else {
            lifecycle.replica().awaken(run.key());
        }
    }

    /**
     * Some part of a run has come further. A part that fails, and only now, ends its run; what
     * failed before this process started may have been resumed since.
     */
    @Incoming("run-progress")
    @Blocking
    public void progress(ConsumerRecord<String, byte[]> message) {
        board.accept(message.key(), message.value())
                .filter(progress -> message.timestamp() >= startedAt)
                .filter(TrainerListener::failsItsRun)
                .ifPresent(
                        part ->
                                lifecycle
                                        .replica()
                                        .fail(
                                                part.run(),
                                                part.part() + ": " + part.message().orElse("")));
    }

    /** A dictionary that cannot be evaluated is no reason to stop training. */
    private static boolean failsItsRun(RunProgress progress) {
        return progress.state() == State.FAILED
                && !progress.part().equals(RunProgress.RUN)
                && !progress.part().startsWith("evaluation/");
    }

    /** Publishes a run to all services. */
    public CompletionStage<Void> publish(RunSpec spec, byte[] json) {
        return runs.send(Record.of(spec.run(), json));
    }

    /** Tells all services that a run is not wanted any more. */
    public CompletionStage<Void> withdraw(String run) {
        return runs.send(Record.of(run, null));
    }

    @Override
    public void progress(RunProgress message) {
        progress.send(Record.of(message.key(), message.toJson()));
    }

    @Override
    public void announce(DictionaryCheckpoint checkpoint) {
        dictionaries
                .send(Record.of(checkpoint.key(), checkpoint.toJson()))
                .toCompletableFuture()
                .join();
    }
}
