package org.lexicographer.activation.job;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.activation.job.JobStatus.AwaitingBlocks;
import org.lexicographer.activation.job.JobStatus.AwaitingEnd;
import org.lexicographer.activation.job.JobStatus.AwaitingReader;
import org.lexicographer.activation.job.JobStatus.Reading;
import org.lexicographer.activation.job.JobStatus.Working;
import org.lexicographer.activation.model.LoadedModel;
import org.lexicographer.activation.stage.ActivationStage;
import org.lexicographer.activation.stream.BlockQueue;
import org.lexicographer.activation.stream.BlockSource;
import org.lexicographer.activation.stream.BlockStream;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.ModelPart;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunStages;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.runstore.RunModels;

/**
 * A job's connections and its second thread, from joining the stage's group to leaving it. For use
 * by one thread.
 */
final class JobSession implements AutoCloseable {

    private static final int QUEUED_BLOCKS_PER_PARTITION = 4;

    /** Residual blocks are as large as activations. */
    private static final int QUEUED_RESIDUALS_PER_PARTITION = 1;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration REPORT = Duration.ofSeconds(1);

    private final RunSpec spec;
    private final StageWork work;
    private final JobProgress progress;
    private final ResourceScope resources;
    private final BlockQueue queue;
    private final BlockTopics topics;
    private final ReaderLag lag;
    private final BlockStream stream;
    private final ExtractionMeter meter;
    private long nextLook = System.nanoTime();
    private long nextReport = System.nanoTime();
    private long reportedBlocks;

    /** A stage whose model is loaded, and the thread that is to run it. */
    private record LoadedStage(StageWork work, ModelThread thread) {}

    /**
     * What is opened is closed in reverse: the model's thread ends before what it writes to, and
     * the group is left when all is written, as an empty group means that nobody writes.
     */
    private JobSession(
            RunSpec spec,
            JobContext context,
            JobProgress progress,
            ResourceScope resources,
            LoadedStage loaded) {
        this.spec = spec;
        this.progress = progress;
        this.resources = resources;
        this.meter = context.meter();
        work = loaded.work();
        int number = work.number();
        queue =
                new BlockQueue(
                        number == 0 ? QUEUED_BLOCKS_PER_PARTITION : QUEUED_RESIDUALS_PER_PARTITION);
        topics = resources.own(new BlockTopics(context.kafka()), BlockTopics::close);
        lag = new ReaderLag(topics, spec, number, work.stage());
        stream =
                resources.own(
                        new BlockStream(
                                context.kafka(),
                                work.source(),
                                spec.tokenBlock().partitions(),
                                queue,
                                context.leaving()),
                        BlockStream::close);
        BlockWriter writer = resources.own(new BlockWriter(context.kafka()), BlockWriter::close);
        ModelThread thread = resources.own(loaded.thread(), own -> own.end(context.leaving()));
        ensureTopics();
        lag.refresh();
        Extractor extractor = new Extractor(spec, work, writer, lag, progress, context);
        thread.start(() -> extractor.next(queue));
    }

    private static LoadedStage load(
            RunSpec spec,
            int number,
            JobContext context,
            JobProgress progress,
            ResourceScope resources) {
        LanguageModels.Lease<LoadedModel> lease =
                context.models().lease(spec.languageModel().uri(), part(spec, number));
        ModelThread thread =
                resources.own(
                        new ModelThread(name(spec, number), lease, progress),
                        ModelThread::giveBack);
        new RunModels(context.objects()).use(spec, lease.content());
        StageWork work =
                new StageWork(
                        number,
                        source(spec, number, context),
                        new ActivationStage(spec, number, thread.model()));
        return new LoadedStage(work, thread);
    }

    /** All stages of a run that is not cut share the model with other runs. */
    private static ModelPart part(RunSpec spec, int number) {
        RunStages stages = RunStages.of(spec);
        return new ModelPart(
                spec.languageModel().computeType(),
                stages.count() == 1 ? Optional.empty() : Optional.of(stages.spans().get(number)));
    }

    private static BlockSource source(RunSpec spec, int number, JobContext context) {
        RunStages stages = RunStages.of(spec);
        return number == 0
                ? BlockSource.tokens(stages, new RunExtensions(context.objects()).firstBlock(spec))
                : BlockSource.residuals(stages, number);
    }

    private static String name(RunSpec spec, int number) {
        String ofRun = "activation-extractor-" + spec.run();
        return number == 0 ? ofRun : ofRun + "-" + number;
    }

    private void ensureTopics() {
        int partitions = spec.tokenBlock().partitions();
        work.stage().blockSizes().keySet().forEach(topic -> topics.ensure(topic, partitions));
    }

    /**
     * Loads the model, creates the topics that a stage of the run writes and joins its group.
     *
     * @param number of the stage
     * @param wanted tells, once the model is loaded, whether the run still goes on: the topics of
     *     one that has ended were deleted, and would come back for good
     * @return empty when the run does not go on
     * @throws org.lexicographer.activation.model.UnusableRunException when the model cannot do what
     *     the run asks for
     * @throws org.lexicographer.runstore.ReplacedModelException when the model is another than the
     *     one that the run was begun with
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when there is no such
     *     model
     */
    static Optional<JobSession> open(
            RunSpec spec,
            int number,
            JobContext context,
            JobProgress progress,
            BooleanSupplier wanted) {
        ResourceScope resources = new ResourceScope();
        try {
            LoadedStage loaded = load(spec, number, context, progress, resources);
            if (!wanted.getAsBoolean()) {
                resources.close();
                return Optional.empty();
            }
            return Optional.of(new JobSession(spec, context, progress, resources, loaded));
        } catch (RuntimeException | Error e) {
            resources.closeAfter(e);
            throw e;
        }
    }

    /**
     * Does what is due, in about a tenth of a second; now and then there is something to report.
     */
    Optional<JobStatus> step() {
        stream.poll(POLL);
        throwFailure();
        long now = System.nanoTime();
        if (now - nextLook >= 0) {
            lag.refresh();
            purge();
            nextLook = System.nanoTime() + LOOK.toNanos();
        }
        if (now - nextReport < 0) {
            return Optional.empty();
        }
        nextReport = now + REPORT.toNanos();
        return Optional.of(status());
    }

    /** Nobody but this stage reads residual blocks; token blocks stay until they are trained on. */
    private void purge() {
        Map<TopicPartition, Long> consumed = stream.takeConsumed();
        if (work.number() > 0 && !consumed.isEmpty()) {
            topics.purge(consumed);
        }
    }

    private void throwFailure() {
        progress.takeFailure()
                .ifPresent(
                        failure -> {
                            switch (unwrapped(failure)) {
                                case RuntimeException e -> throw e;
                                case Error e -> throw e;
                                case Throwable e ->
                                        throw new IllegalStateException(e.toString(), e);
                            }
                        });
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private JobStatus status() {
        long blocks = progress.blocks();
        boolean works = blocks > reportedBlocks;
        reportedBlocks = blocks;
        meter.ahead(spec.run(), work.number(), lag.bytes());
        long lagBlocks = stream.lagBlocks();
        if (works) {
            return new Working(lagBlocks);
        }
        if (queue.size() > 0 && !lag.closed().isEmpty()) {
            return new AwaitingReader(
                    lagBlocks, lag.slowest(), lag.bytes(), spec.training().maxLagBytes());
        }
        if (lagBlocks > 0) {
            return new Reading(lagBlocks);
        }
        return progress.streamEnded()
                ? new AwaitingEnd()
                : new AwaitingBlocks(work.source().what());
    }

    /** Finishes and commits what is under way, and leaves the group. */
    @Override
    public void close() {
        resources.close();
    }
}
