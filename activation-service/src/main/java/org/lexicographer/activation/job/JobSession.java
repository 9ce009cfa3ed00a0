package org.lexicographer.activation.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.lexicographer.activation.job.JobStatus.AwaitingBlocks;
import org.lexicographer.activation.job.JobStatus.AwaitingEnd;
import org.lexicographer.activation.job.JobStatus.AwaitingTrainer;
import org.lexicographer.activation.job.JobStatus.Reading;
import org.lexicographer.activation.job.JobStatus.Working;
import org.lexicographer.activation.model.LoadedModel;
import org.lexicographer.activation.stage.ActivationStage;
import org.lexicographer.activation.stream.BlockQueue;
import org.lexicographer.activation.stream.TokenStream;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.runstore.RunModels;

/**
 * A job's connections and its second thread, from joining the run's group to leaving it. For use by
 * one thread.
 */
final class JobSession implements AutoCloseable {

    private static final int QUEUED_BLOCKS_PER_PARTITION = 4;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration REPORT = Duration.ofSeconds(1);

    private final RunSpec spec;
    private final JobProgress progress;
    private final ResourceScope resources;
    private final BlockQueue queue = new BlockQueue(QUEUED_BLOCKS_PER_PARTITION);
    private final TrainerLag lag;
    private final TokenStream stream;
    private long nextLook = System.nanoTime();
    private long nextReport = System.nanoTime();
    private long reportedBlocks;

    /** What is opened is closed in reverse: the model's thread ends before what it writes to. */
    private JobSession(
            RunSpec spec, JobContext context, JobProgress progress, ResourceScope resources) {
        this.spec = spec;
        this.progress = progress;
        this.resources = resources;
        LanguageModelSource source = spec.languageModel();
        LanguageModels.Lease<LoadedModel> lease =
                context.models().lease(source.uri(), source.computeType());
        ModelThread thread =
                resources.own(
                        new ModelThread("activation-extractor-" + spec.run(), lease, progress),
                        ModelThread::giveBack);
        new RunModels(context.objects()).use(spec, lease.content());
        ActivationStage stage = new ActivationStage(spec, thread.model());
        BlockTopics topics = resources.own(new BlockTopics(context.kafka()), BlockTopics::close);
        BlockWriter writer = resources.own(new BlockWriter(context.kafka()), BlockWriter::close);
        resources.own(thread, own -> own.end(context.leaving()));
        lag = new TrainerLag(topics, spec, stage);
        stream =
                resources.own(
                        new TokenStream(
                                context.kafka(),
                                spec,
                                new RunExtensions(context.objects()).firstBlock(spec),
                                queue,
                                context.leaving()),
                        TokenStream::close);
        ensureTopics(topics);
        lag.refresh();
        Extractor extractor = new Extractor(spec, stage, writer, lag, progress, context.meter());
        thread.start(() -> extractor.next(queue));
    }

    private void ensureTopics(BlockTopics topics) {
        int partitions = spec.tokenBlock().partitions();
        for (Site site : spec.observedSites()) {
            topics.ensure(Topics.activationBlocks(spec.run(), site), partitions);
        }
    }

    /**
     * Loads the model, creates the run's topics and joins its group.
     *
     * @throws org.lexicographer.activation.model.UnusableRunException when the model cannot do what
     *     the run asks for
     * @throws org.lexicographer.runstore.ReplacedModelException when the model is another than the
     *     one that the run was begun with
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when there is no such
     *     model
     */
    static JobSession open(RunSpec spec, JobContext context, JobProgress progress) {
        ResourceScope resources = new ResourceScope();
        try {
            return new JobSession(spec, context, progress, resources);
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
            nextLook = System.nanoTime() + LOOK.toNanos();
        }
        if (now - nextReport < 0) {
            return Optional.empty();
        }
        nextReport = now + REPORT.toNanos();
        return Optional.of(status());
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
        long lagBlocks = stream.lagBlocks();
        if (works) {
            return new Working(lagBlocks);
        }
        if (queue.size() > 0 && !lag.closed().isEmpty()) {
            return new AwaitingTrainer(lagBlocks, lag.bytes(), spec.training().maxLagBytes());
        }
        if (lagBlocks > 0) {
            return new Reading(lagBlocks);
        }
        return progress.streamEnded() ? new AwaitingEnd() : new AwaitingBlocks();
    }

    /** Finishes and commits what is under way, and leaves the group. */
    @Override
    public void close() {
        resources.close();
    }
}
