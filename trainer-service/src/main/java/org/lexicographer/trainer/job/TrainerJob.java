package org.lexicographer.trainer.job;

import ai.djl.ndarray.NDManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.DamagedCheckpointException;
import org.lexicographer.trainer.checkpoint.JobLostException;
import org.lexicographer.trainer.stage.TrainerStage;
import org.lexicographer.trainer.stage.TrainerStage.Advance;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.KafkaActivationStream;
import org.lexicographer.trainer.stream.MissingBlockException;
import org.lexicographer.trainer.stream.RejectedBlockException;
import org.lexicographer.trainer.watch.Stop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one site of one run from its last checkpoint to its final dictionaries, in a thread of its
 * own, until it is done, stopped, or lost to another replica.
 */
final class TrainerJob implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerJob.class);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

    private final JobContext context;
    private final RunSpec spec;
    private final Site site;
    private final ReportTimer timer = new ReportTimer(REPORT_INTERVAL);
    private volatile StopReason stop = StopReason.NONE;
    private volatile Optional<RuntimeException> crash = Optional.empty();
    private volatile Optional<RunFailure> failure = Optional.empty();
    private volatile Optional<Long> lostAt = Optional.empty();
    private volatile long nextSequence;
    private volatile TrainingProgress reached;

    private enum StopReason {
        NONE,
        WITH_CHECKPOINT,
        AT_ONCE
    }

    TrainerJob(JobContext context, RunSpec spec, Site site) {
        this.context = context;
        this.spec = spec;
        this.site = site;
        reached = TrainingProgress.start(site, spec.training().steps());
    }

    /** Makes the job save a checkpoint and end. */
    void stop() {
        stop = StopReason.WITH_CHECKPOINT;
    }

    /** Makes the job end without saving anything. */
    void abandon() {
        stop = StopReason.AT_ONCE;
    }

    @Override
    public void run() {
        try (NDManager manager = NDManager.newBaseManager(context.device());
                TrainerStage stage = new TrainerStage(spec, site, manager)) {
            work(stage);
        } catch (JobLostException e) {
            LOG.warn("job lost: run={}, site={}, reason={}", spec.run(), site, e.getMessage());
            lostAt = Optional.of(System.nanoTime());
        } catch (RejectedBlockException e) {
            fail(e, OptionalLong.of(e.sequence()));
            context.output().reject(Rejection.of(e.rejected(), e.getMessage()));
        } catch (MissingBlockException e) {
            fail(e, OptionalLong.of(nextSequence));
        } catch (OffsetOutOfRangeException e) {
            fail(
                    new MissingBlockException(
                            "activation block removed before it was trained on: sequence=%d, %s"
                                    .formatted(nextSequence, e.getMessage())),
                    OptionalLong.of(nextSequence));
        } catch (DamagedCheckpointException | IllegalArgumentException e) {
            fail(e, OptionalLong.empty());
        } catch (RuntimeException e) {
            // Whatever else went wrong, an unreachable store say, may go right from the checkpoint.
            LOG.error("job crashed: run={}, site={}", spec.run(), site, e);
            crash = Optional.of(e);
            say(State.WAITING, Optional.of("tries again: " + e.getMessage()), OptionalLong.empty());
        }
    }

    /** Fails because this job crashes again and again; returns what that means for the run. */
    RunFailure giveUp(RuntimeException cause) {
        fail(cause, OptionalLong.empty());
        return failure.orElseThrow();
    }

    /** Returns why the run cannot continue, if the job ended with that. */
    Optional<RunFailure> failure() {
        return failure;
    }

    /** Tells whether the job was told to end. */
    boolean isStopping() {
        return stop != StopReason.NONE;
    }

    /** Returns why the job ended, if the reason may not be there the next time. */
    Optional<RuntimeException> crash() {
        return crash;
    }

    /** Tells whether the job ended so long ago because another owner had written its manifest. */
    boolean wasLostFor(Duration pause) {
        return lostAt.filter(at -> System.nanoTime() - at > pause.toNanos()).isPresent();
    }

    /** Tells whether the job ended because another owner had written its manifest. */
    boolean wasLost() {
        return lostAt.isPresent();
    }

    /** Returns the number of the next block to take, when the job last looked. */
    long nextSequence() {
        return nextSequence;
    }

    private void fail(RuntimeException e, OptionalLong lostBlock) {
        LOG.error("job failed: run={}, site={}", spec.run(), site, e);
        String reason = Optional.ofNullable(e.getMessage()).orElse(e.toString());
        failure = RunFailure.of(say(State.FAILED, Optional.of(reason), lostBlock));
    }

    private void work(TrainerStage stage) {
        CheckpointStore store =
                CheckpointStore.takeOver(context.objects(), spec, site, context.workFolder());
        if (store.isFinished()) {
            end();
            return;
        }
        Optional<Checkpoint> restored = store.restoreNewest(stage::restore);
        LOG.info(
                "job starts: run={}, site={}, step={}, nextSequence={}",
                spec.run(),
                site,
                stage.steps(),
                restored.map(Checkpoint::nextSequence).orElse(0L));
        try (ActivationStream stream = open(restored)) {
            train(stage, store, stream);
        }
    }

    private ActivationStream open(Optional<Checkpoint> restored) {
        int partitions = spec.tokenBlock().partitions();
        List<String> topics = topics();
        topics.forEach(topic -> context.topics().ensure(topic, partitions));
        Map<TopicPartition, Long> offsets =
                restored.map(TrainerStage::offsets)
                        .orElseGet(
                                () ->
                                        context.topics()
                                                .beginnings(allPartitions(topics, partitions)));
        return KafkaActivationStream.open(
                context.kafka(),
                topics,
                partitions,
                restored.map(Checkpoint::nextSequence).orElse(0L),
                context.reextraction().skipTo(spec, offsets));
    }

    private List<String> topics() {
        return TrainerStage.sitesRead(spec, site).stream()
                .map(read -> Topics.activationBlocks(spec.run(), read))
                .toList();
    }

    private static List<TopicPartition> allPartitions(List<String> topics, int partitions) {
        return topics.stream()
                .flatMap(topic -> BlockReader.partitions(topic, partitions).stream())
                .toList();
    }

    private void train(TrainerStage stage, CheckpointStore store, ActivationStream stream) {
        while (stop == StopReason.NONE) {
            nextSequence = stream.nextSequence();
            Advance advance = stage.advance(stream);
            if (timer.isDue()) {
                report(stage, stream, advance);
            }
            switch (advance) {
                case STEPPED -> {
                    if (stage.isCheckpointStep()) {
                        checkpoint(stage, store, stream);
                    }
                }
                case WAITING -> {}
                case FINISHED -> {
                    finish(stage, store, stream);
                    return;
                }
            }
        }
        if (stop == StopReason.WITH_CHECKPOINT && stage.hasState()) {
            // Neither the brokers nor the dictionaries' readers are needed to continue from it.
            stage.save(store, stream);
        }
    }

    /**
     * Dictionaries are saved before the state: a restored job may have to go back to them. When the
     * job is only moved it saves none, so that which ones there are depends on the run alone.
     */
    private void checkpoint(TrainerStage stage, CheckpointStore store, ActivationStream stream) {
        Map<String, Stop> stops = stage.stops();
        List<DictionaryCheckpoint> saved =
                spec.recipesAt(site).stream()
                        .filter(recipe -> !stops.containsKey(recipe.name()))
                        .map(recipe -> saver().save(stage, recipe))
                        .toList();
        save(stage, store, stream);
        saved.forEach(context.output()::announce);
    }

    private void save(TrainerStage stage, CheckpointStore store, ActivationStream stream) {
        stage.save(store, stream);
        if (commit(stream.offsets())) {
            context.purge().purge(spec, site);
        }
    }

    /** Says what was taken, for those who wait for it; a broker that is away is told later. */
    private boolean commit(Map<TopicPartition, Long> offsets) {
        try {
            context.topics().commit(Topics.trainerGroup(spec.run(), site), offsets);
            return true;
        } catch (TimeoutException e) {
            LOG.warn("offsets not committed: run={}, site={}", spec.run(), site);
            return false;
        }
    }

    private DictionarySaver saver() {
        return new DictionarySaver(context.objects(), spec, site, context.codeVersion());
    }

    private void finish(TrainerStage stage, CheckpointStore store, ActivationStream stream) {
        boolean allStopped = stage.stops().size() == spec.recipesAt(site).size();
        if (stage.steps() == 0 && !allStopped) {
            throw new IllegalArgumentException(
                    "dataset too small for one step: batchSize=%d, blocks=%d"
                            .formatted(
                                    spec.training().batchSize(),
                                    Math.max(0, stream.nextSequence() - 1)));
        }
        for (RecipeSpec recipe : spec.recipesAt(site)) {
            saver().saveFinal(stage, recipe).ifPresent(context.output()::announce);
        }
        report(stage, stream, Advance.FINISHED);
        store.finish(stage.taken(), stage.stops(), stage.rows());
        end();
    }

    /**
     * Extraction continues for other jobs and is not to wait for this one: it needs nothing more.
     */
    private void end() {
        Map<TopicPartition, Long> everything = new HashMap<>();
        allPartitions(topics(), spec.tokenBlock().partitions())
                .forEach(partition -> everything.put(partition, Long.MAX_VALUE));
        context.topics().commit(Topics.trainerGroup(spec.run(), site), everything);
        context.ends().jobFinished(spec);
    }

    private void report(TrainerStage stage, ActivationStream stream, Advance advance) {
        Map<TopicPartition, Long> offsets = stream.offsets();
        OptionalLong lag = commit(offsets) ? OptionalLong.of(lag(offsets)) : OptionalLong.empty();
        double tokensPerSecond = timer.perSecond(stage.tokens());
        reached =
                JobProgress.of(
                        spec, site, stage, tokensPerSecond, JobProgress.of(stage, stream, lag));
        switch (advance) {
            case STEPPED -> say(State.RUNNING, message(stage, Optional.empty()));
            case WAITING -> {
                String block = "waits for block " + stream.nextSequence();
                say(State.WAITING, message(stage, Optional.of(block)));
            }
            case FINISHED -> say(State.ENDED, message(stage, ending(stage)));
        }
    }

    /** Whatever else there is to say, a reader of the last message learns what has stopped. */
    private static Optional<String> message(TrainerStage stage, Optional<String> first) {
        List<String> parts = new ArrayList<>(first.stream().toList());
        stage.stops().forEach((recipe, stopped) -> parts.add(recipe + " " + stopped.text()));
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
    }

    private Optional<String> ending(TrainerStage stage) {
        boolean allStopped = stage.stops().size() == spec.recipesAt(site).size();
        return stage.steps() == spec.training().steps() || allStopped
                ? Optional.empty()
                : Optional.of(
                        "the dataset ended before the last step: steps=%d, taken=%d"
                                .formatted(spec.training().steps(), stage.steps()));
    }

    private long lag(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> ends = context.topics().endsOfExisting(offsets.keySet());
        return ends.entrySet().stream()
                .mapToLong(end -> end.getValue() - offsets.get(end.getKey()))
                .sum();
    }

    private void say(State state, Optional<String> message) {
        say(state, message, OptionalLong.empty());
    }

    /** Publishes what the job is doing, with what it had reached when it last looked. */
    private RunProgress say(State state, Optional<String> message, OptionalLong lostBlock) {
        RunProgress said = new RunProgress(spec.run(), reached, state, message, lostBlock);
        context.output().progress(said);
        return said;
    }
}
