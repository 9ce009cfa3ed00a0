package org.lexicographer.trainer.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunStages;
import org.lexicographer.pipeline.stored.LostBlocks;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.stream.Reextraction;
import org.lexicographer.trainer.stream.TokenBlocks;

/** Records how runs end, and deletes the topics that they no longer need. */
public final class RunEnds {

    private static final Duration TIME_TO_STOP = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final KafkaConnection kafka;
    private final ObjectStore objects;
    private final StoredEnds stored;
    private final BlockTopics topics;
    private final TrainerOutput output;

    /** Creates the record. */
    public RunEnds(
            KafkaConnection kafka, ObjectStore objects, BlockTopics topics, TrainerOutput output) {
        this.kafka = kafka;
        this.objects = objects;
        this.stored = new StoredEnds(objects);
        this.topics = topics;
        this.output = output;
    }

    /** Returns how the run ended, or empty while it continues. */
    public Optional<RunEnd> find(String run) {
        return stored.find(run);
    }

    /**
     * Ends the run if all its jobs have saved their final dictionaries; it has failed if all of its
     * recipes have.
     */
    public void jobFinished(RunSpec spec) {
        Map<Site, CheckpointManifest> jobs = new TreeMap<>();
        spec.sites().forEach(s -> jobs.put(s, CheckpointStore.peek(objects, spec.run(), s)));
        int steps = spec.training().steps();
        if (jobs.values().stream().allMatch(job -> job.isFinished(steps))) {
            RunEnd end = outcome(spec, failed(jobs));
            endForGood(spec, new RunAccounts(objects).completed(spec, end));
        }
    }

    private static List<String> failed(Map<Site, CheckpointManifest> jobs) {
        List<String> failed = new ArrayList<>();
        jobs.forEach(
                (site, job) ->
                        job.stops().entrySet().stream()
                                .filter(recipe -> recipe.getValue().isFailure())
                                .sorted(Map.Entry.comparingByKey())
                                .map(r -> site + "/" + r.getKey() + " " + r.getValue().text())
                                .forEach(failed::add));
        return failed;
    }

    private static RunEnd outcome(RunSpec spec, List<String> failed) {
        if (failed.isEmpty()) {
            return new RunEnd(State.ENDED, Optional.empty());
        }
        int all = spec.sites().stream().mapToInt(site -> spec.recipesAt(site).size()).sum();
        State state = failed.size() == all ? State.FAILED : State.ENDED;
        return new RunEnd(state, Optional.of(String.join("; ", failed)));
    }

    /** Ends the run with a reason; its blocks and checkpoints stay, so that it can be resumed. */
    void fail(RunFailure failure) {
        RunEnd end = new RunEnd(State.FAILED, Optional.of(failure.reason()), failure.lost());
        Optional<RunSpec> spec = new StoredRuns(objects).find(failure.run());
        end(failure.run(), spec.map(it -> end.after(it.training().steps())).orElse(end));
    }

    /** Ends the run as its user asked, and drops what it has not trained on. */
    public void cancel(RunSpec spec) {
        stored.forget(spec.run());
        RunEnd end = new RunEnd(State.CANCELLED, Optional.of("cancelled by request"));
        endForGood(asStored(spec), end);
    }

    /**
     * Once the end is known, the run may go on, with topics of the same names. Where it goes on
     * already, whoever ends the shorter run is late, and the topics may be those of the longer one.
     */
    private void endForGood(RunSpec spec, RunEnd end) {
        Set<Uuid> unneeded = topics.ids(blockTopics(spec));
        if (asStored(spec).training().steps() > spec.training().steps()) {
            return;
        }
        end(spec.run(), end.after(spec.training().steps()));
        topics.deleteByIds(unneeded);
    }

    private RunSpec asStored(RunSpec spec) {
        return new StoredRuns(objects).find(spec.run()).orElse(spec);
    }

    /**
     * Removes what blocks a run that has ended has left.
     *
     * @throws IllegalStateException when extraction does not stop in time
     */
    public void clear(RunSpec spec) {
        clear(spec, topics(spec));
    }

    /** Returns the topics of a run's blocks as they are now. */
    Set<Uuid> topics(RunSpec spec) {
        return topics.ids(blockTopics(spec));
    }

    /**
     * Removes what blocks a run has left, and how far they were read. Only topics that were there
     * when the run was known to have ended are removed.
     *
     * @throws IllegalStateException when extraction does not stop in time
     */
    void clear(RunSpec spec, Set<Uuid> left) {
        topics.deleteByIds(left);
        forgetExtraction(spec);
        topics.deleteGroups(
                spec.sites().stream().map(site -> Topics.trainerGroup(spec.run(), site)).toList());
        objects.delete(ObjectKeys.extractedAgain(spec.run()));
    }

    /**
     * Prepares a run whose blocks were lost for making them again. No job of the run may be at
     * work. Every stage of extraction starts again, the first one at the first token block that is
     * there: what lies between stages is made anew.
     *
     * @throws IllegalStateException when extraction does not stop in time
     * @throws org.apache.kafka.common.KafkaException when the brokers do not say what is there
     */
    public void makeAgain(RunSpec spec, LostBlocks lost) {
        forgetExtraction(spec);
        topics.delete(RunStages.of(spec).residualTopics());
        new Reextraction(topics, objects).begin(spec);
        if (lost == LostBlocks.TOKEN_BLOCKS || hasLostTokens(spec)) {
            topics.delete(List.of(Topics.tokenBlocks(spec.run())));
        }
    }

    /** Extraction begins with what is there, and would pass over what was lost before it. */
    private boolean hasLostTokens(RunSpec spec) {
        TokenBlocks blocks = new TokenBlocks(kafka, topics, new RunExtensions(objects), spec);
        OptionalLong next =
                spec.sites().stream()
                        .map(site -> CheckpointStore.peek(objects, spec.run(), site))
                        .filter(manifest -> !manifest.isFinished(spec.training().steps()))
                        .mapToLong(RunEnds::nextBlock)
                        .min();
        return next.isPresent()
                && LongStream.range(0, spec.tokenBlock().partitions())
                        .anyMatch(n -> blocks.isLost(next.getAsLong() + n));
    }

    /** Returns the number of the block that a job takes next when it goes on. */
    private static long nextBlock(CheckpointManifest manifest) {
        List<Checkpoint> resumable = manifest.resumable();
        return resumable.isEmpty() ? 0 : resumable.getLast().nextSequence();
    }

    /** Without its groups' offsets, extraction starts at the first token block that is there. */
    private void forgetExtraction(RunSpec spec) {
        long deadline = System.nanoTime() + TIME_TO_STOP.toNanos();
        while (true) {
            try {
                topics.deleteGroups(RunStages.of(spec).groups());
                return;
            } catch (GroupNotEmptyException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "extraction has not stopped yet, try again: run=" + spec.run(), e);
                }
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        }
    }

    /** Forgets that the run ended, so that it continues. */
    public void reopen(RunSpec spec) {
        stored.forget(spec.run());
        continues(spec.run());
    }

    /** Says that a run continues. */
    public void continues(String run) {
        output.progress(RunProgress.ofRun(run, State.RUNNING, Optional.empty()));
    }

    /** Takes {@link #reopen} back. */
    public void restore(RunSpec spec, RunEnd end) {
        end(spec.run(), end);
    }

    private void end(String run, RunEnd end) {
        RunEnd first = stored.record(run, end);
        output.progress(RunProgress.ofRun(run, first.state(), first.message()));
    }

    private static List<String> blockTopics(RunSpec spec) {
        List<String> names = new ArrayList<>(List.of(Topics.tokenBlocks(spec.run())));
        names.addAll(RunStages.of(spec).residualTopics());
        spec.observedSites().forEach(s -> names.add(Topics.activationBlocks(spec.run(), s)));
        return names;
    }
}
