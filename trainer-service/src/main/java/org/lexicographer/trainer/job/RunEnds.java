package org.lexicographer.trainer.job;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.RunSpec;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.objectstore.ObjectNotFoundException;
import org.lexicographer.pipeline.objectstore.ObjectStore;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;

/** Records how runs end, and takes down what they no longer need. */
public final class RunEnds {

    private final ObjectStore objects;
    private final BlockTopics topics;
    private final TrainerOutput output;

    /** Creates the record. */
    public RunEnds(ObjectStore objects, BlockTopics topics, TrainerOutput output) {
        this.objects = objects;
        this.topics = topics;
        this.output = output;
    }

    /**
     * How a run ended.
     *
     * @param state ENDED, FAILED or CANCELLED
     * @param message the reason, where there is one
     */
    public record RunEnd(State state, Optional<String> message) {

        /** Checks that nothing is absent. */
        public RunEnd {
            requireNonNull(state, "state is null");
            requireNonNull(message, "message is null");
        }
    }

    /** Returns how the run ended, or empty while it goes on. */
    public Optional<RunEnd> find(String run) {
        try {
            return Optional.of(Json.read(objects.bytes(ObjectKeys.runEnd(run)), RunEnd.class));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Ends the run if all its jobs have saved their final dictionaries. */
    public void jobFinished(RunSpec spec) {
        boolean all =
                spec.sites().stream()
                        .map(site -> CheckpointStore.peek(objects, spec.run(), site))
                        .allMatch(CheckpointManifest::isFinished);
        if (all) {
            end(spec.run(), new RunEnd(State.ENDED, Optional.empty()));
            topics.delete(blockTopics(spec));
        }
    }

    /** Ends the run with a reason; its blocks and checkpoints stay, so that it can be resumed. */
    public void fail(String run, String reason) {
        end(run, new RunEnd(State.FAILED, Optional.of(reason)));
    }

    /** Ends the run as its user asked, and drops what it has not trained on. */
    public void cancel(RunSpec spec) {
        end(spec.run(), new RunEnd(State.CANCELLED, Optional.of("cancelled by request")));
        topics.delete(blockTopics(spec));
    }

    /** Forgets that the run ended, so that it goes on. */
    public void reopen(RunSpec spec) {
        objects.delete(ObjectKeys.runEnd(spec.run()));
        output.progress(
                new RunProgress(
                        spec.run(), RunProgress.RUN, State.RUNNING, Map.of(), Optional.empty()));
    }

    private void end(String run, RunEnd end) {
        objects.putIfAbsent(ObjectKeys.runEnd(run), Json.write(end));
        RunEnd first = find(run).orElse(end);
        output.progress(
                new RunProgress(run, RunProgress.RUN, first.state(), Map.of(), first.message()));
    }

    private static List<String> blockTopics(RunSpec spec) {
        List<String> names = new ArrayList<>(List.of(Topics.tokenBlocks(spec.run())));
        spec.observedSites().forEach(s -> names.add(Topics.activationBlocks(spec.run(), s)));
        return names;
    }
}
