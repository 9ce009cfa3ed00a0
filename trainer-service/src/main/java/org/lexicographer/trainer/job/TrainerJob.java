package org.lexicographer.trainer.job;

import ai.djl.ndarray.NDManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.log.LogFields;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.LongerRun;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunExtension;
import org.lexicographer.pipeline.trace.Tracing.Span;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.CurveStore;
import org.lexicographer.trainer.checkpoint.DamagedCheckpointException;
import org.lexicographer.trainer.checkpoint.JobLostException;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;
import org.lexicographer.trainer.stage.TrainerStage;
import org.lexicographer.trainer.stage.TrainerStage.Advance;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.EndNotice;
import org.lexicographer.trainer.stream.JobSites;
import org.lexicographer.trainer.stream.JobTopics;
import org.lexicographer.trainer.stream.MissingBlockException;
import org.lexicographer.trainer.stream.RejectedBlockException;
import org.lexicographer.trainer.time.JobTime;
import org.lexicographer.trainer.trace.JobTraces;
import org.lexicographer.trainer.watch.Stop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one site of one run from its last checkpoint to its final dictionaries, in the thread that
 * calls it, until it is done, told to end, or lost to another replica. It is called once.
 */
final class TrainerJob implements Callable<Outcome> {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerJob.class);

    private final JobContext context;
    private final RunSpec spec;
    private final Site site;
    private final JobTopics topics;
    private final JobProgress progress;
    private final JobTraces traces;
    private final JobTime time = new JobTime(System::nanoTime);
    private DictionarySaver saver;
    private Optional<Checkpoint> newest = Optional.empty();
    private volatile Order order = Order.CONTINUE;
    private long nextSequence;

    /** What the job is told to do. */
    private enum Order {
        CONTINUE,
        SAVE_AND_END,
        END
    }

    TrainerJob(JobContext context, RunSpec spec, Site site) {
        this.context = context;
        this.spec = spec;
        this.site = site;
        topics = new JobTopics(context.topics(), spec, JobSites.of(spec, site));
        progress = new JobProgress(context.output(), spec, site);
        traces = new JobTraces(context.output().tracing(), spec.run(), site);
    }

    /** Makes the job save a checkpoint and end. */
    void stop() {
        order = Order.SAVE_AND_END;
    }

    /** Makes the job end without saving anything. */
    void abandon() {
        order = Order.END;
    }

    /** Tells whether the job was told to end. */
    boolean isStopping() {
        return order != Order.CONTINUE;
    }

    @Override
    public Outcome call() {
        try (LogFields fields = LogFields.ofRun(spec.run()).at(site);
                JobTraces _ = traces) {
            return attempt(fields);
        }
    }

    private Outcome attempt(LogFields fields) {
        try (NDManager manager = NDManager.newBaseManager(context.device());
                TrainerStage stage =
                        new TrainerStage(spec, site, manager, context.initialDictionaries())) {
            return work(stage, fields);
        } catch (JobLostException e) {
            LOG.warn("job lost: run={}, site={}, reason={}", spec.run(), site, e.getMessage());
            return new Outcome.Lost(System.nanoTime());
        } catch (RejectedBlockException e) {
            Outcome failed = failed(e, OptionalLong.of(e.sequence()));
            context.output().reject(Rejection.of(e.rejected(), e.getMessage()));
            return failed;
        } catch (MissingBlockException e) {
            return failed(e, OptionalLong.of(nextSequence));
        } catch (OffsetOutOfRangeException e) {
            String reason =
                    "activation block removed before it was trained on: sequence=%d, %s"
                            .formatted(nextSequence, e.getMessage());
            return failed(new MissingBlockException(reason), OptionalLong.of(nextSequence));
        } catch (AuthenticationException e) {
            // A password is being exchanged; how long that takes is not this job's fault.
            LOG.warn("job refused: run={}, site={}", spec.run(), site, e);
            progress.crashed(e);
            return new Outcome.Lost(System.nanoTime());
        } catch (DamagedCheckpointException | IllegalArgumentException e) {
            return failed(e, OptionalLong.empty());
        } catch (RuntimeException | Error e) {
            // Whatever else went wrong, an unreachable store say, may go right from the checkpoint.
            LOG.error("job crashed: run={}, site={}", spec.run(), site, e);
            progress.crashed(e);
            return crashed(e);
        }
    }

    private Outcome.Failed failed(Throwable cause, OptionalLong lostBlock) {
        LOG.error("job failed: run={}, site={}", spec.run(), site, cause);
        return new Outcome.Failed(progress.failed(cause, lostBlock));
    }

    /** Returns the outcome of a job that has ended, and not as it should. */
    Outcome.Crashed crashed(Throwable cause) {
        return new Outcome.Crashed(cause, nextSequence);
    }

    /** Fails a job that has ended, because it crashes again and again. */
    Outcome.Failed giveUp(Throwable cause) {
        return failed(cause, OptionalLong.empty());
    }

    private Outcome work(TrainerStage stage, LogFields fields) {
        CheckpointStore store =
                CheckpointStore.takeOver(context.objects(), spec, site, context.workFolder());
        if (store.isFinished()) {
            return end();
        }
        saver =
                new DictionarySaver(
                        context,
                        spec,
                        site,
                        new RunExtensions(context.objects())
                                .leadingTo(spec)
                                .map(RunExtension::from)
                                .orElse(0));
        newest = store.restoreNewest(stage::restore);
        LOG.info(
                "job starts: run={}, site={}, step={}, nextSequence={}",
                spec.run(),
                site,
                stage.steps(),
                newest.map(Checkpoint::nextSequence).orElse(0L));
        try (ActivationStream stream =
                new EndNotice(
                        topics.open(context.kafka(), newest, context.reextraction()),
                        sequence -> keep(stage, store, sequence))) {
            return train(stage, store, stream, fields);
        }
    }

    /**
     * Keeps the state with which the job would take a block, for a run that is given more steps.
     * Where the tokens before that block are not known any more, it cannot be.
     */
    private void keep(TrainerStage stage, CheckpointStore store, long sequence) {
        if (!stage.hasState() || !LongerRun.obstacles(spec).isEmpty()) {
            return;
        }
        context.tokenBlocks(spec)
                .find(sequence - 1)
                .ifPresentOrElse(
                        block -> stage.keep(store, sequence, block),
                        () ->
                                LOG.warn(
                                        "run cannot go on once it has ended, token block gone:"
                                                + " run={}, site={}, sequence={}",
                                        spec.run(),
                                        site,
                                        sequence - 1));
    }

    private Outcome train(
            TrainerStage stage, CheckpointStore store, ActivationStream stream, LogFields fields) {
        while (order == Order.CONTINUE) {
            nextSequence = stream.nextSequence();
            fields.block(nextSequence);
            Advance advance = stage.advance(stream);
            traces.took(stream.takeTraces());
            if (advance == Advance.STEPPED) {
                time.stepped(stream.waited());
                traces.stepped();
            }
            if (progress.isDue()) {
                report(stage, stream, advance);
            }
            if (advance == Advance.FINISHED) {
                return finish(stage, store, stream);
            }
            if (advance == Advance.STEPPED && stage.isCheckpointStep()) {
                checkpoint(stage, store, stream);
                passed();
            } else if (advance == Advance.STEPPED && context.admission().isTrial(id())) {
                save(stage, store, stream);
                passed();
            }
        }
        if (order == Order.SAVE_AND_END && stage.hasState() && !isSaved(stage, stream)) {
            // Neither the brokers nor the dictionaries' readers are needed to continue from it.
            save(stage, store, stream);
        }
        LOG.info("job stops: run={}, site={}, step={}", spec.run(), site, stage.steps());
        return new Outcome.Stopped();
    }

    private JobId id() {
        return new JobId(spec.run(), site);
    }

    /** The job had memory for a step and for saving what came of it. */
    private void passed() {
        if (context.admission().passed(id())) {
            LOG.info("job has passed its trial: run={}, site={}", spec.run(), site);
        }
    }

    private void save(TrainerStage stage, CheckpointStore store, ActivationStream stream) {
        long start = System.nanoTime();
        Checkpoint saved = stage.save(store, stream);
        newest = Optional.of(saved);
        LOG.info(
                "checkpoint saved: run={}, site={}, step={}, bytes={}, millis={}",
                spec.run(),
                site,
                saved.step(),
                saved.bytes(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    /**
     * Tells whether the newest checkpoint is of this very state: a job that is told to end while it
     * writes one has nothing to add.
     */
    private boolean isSaved(TrainerStage stage, ActivationStream stream) {
        return newest.filter(
                        checkpoint ->
                                checkpoint.step() == stage.steps()
                                        && checkpoint.nextSequence() == stream.nextSequence())
                .isPresent();
    }

    private void report(TrainerStage stage, ActivationStream stream, Advance advance) {
        progress.reached(stage, stream, topics.commitAndMeasure(stream.offsets()), advance);
        context.output().worked(spec.run(), site, time.take(stage.bufferFill(), stream.waited()));
    }

    /**
     * Dictionaries are saved before the state: a restored job may have to go back to them. When the
     * job is only moved it saves none, so that which ones there are depends on the run alone.
     */
    private void checkpoint(TrainerStage stage, CheckpointStore store, ActivationStream stream) {
        try (Span span = traces.checkpoint()) {
            checkpoint(stage, store, stream, span);
        }
    }

    private void checkpoint(
            TrainerStage stage, CheckpointStore store, ActivationStream stream, Span span) {
        long begun = System.nanoTime();
        context.output().checkpointing(spec.run(), site);
        Map<String, Stop> stops = stage.stops();
        List<DictionaryCheckpoint> saved =
                spec.recipesAt(site).stream()
                        .filter(recipe -> !stops.containsKey(recipe.name()))
                        .flatMap(recipe -> saver.save(stage, recipe).stream())
                        .toList();
        curves().save(stage.curves());
        save(stage, store, stream);
        context.output()
                .checkpointed(spec.run(), site, Duration.ofNanos(System.nanoTime() - begun));
        if (topics.commit(stream.offsets())) {
            context.purge().purge(spec, site);
        }
        saved.forEach(it -> context.output().announce(it, span.place()));
    }

    private CurveStore curves() {
        return new CurveStore(context.objects(), spec.run());
    }

    private Outcome finish(TrainerStage stage, CheckpointStore store, ActivationStream stream) {
        boolean allStopped = stage.stops().size() == spec.recipesAt(site).size();
        if (stage.steps() == 0 && !allStopped) {
            throw new IllegalArgumentException(
                    "dataset too small for one step: batchSize=%d, blocks=%d"
                            .formatted(
                                    spec.training().batchSize(),
                                    Math.max(0, stream.nextSequence() - 1)));
        }
        if (!stage.hasStreamEnded() && !allStopped) {
            keep(stage, store, stream.nextSequence());
        }
        traces.stepped();
        try (Span span = traces.checkpoint()) {
            for (RecipeSpec recipe : spec.recipesAt(site)) {
                saver.saveFinal(stage, recipe)
                        .ifPresent(it -> context.output().announce(it, span.place()));
            }
        }
        curves().save(stage.curves());
        report(stage, stream, Advance.FINISHED);
        store.finish(stage.taken(), stage.stops(), stage.rows());
        return end();
    }

    private Outcome end() {
        topics.commitEverything();
        context.ends().jobFinished(spec);
        return new Outcome.Finished();
    }
}
