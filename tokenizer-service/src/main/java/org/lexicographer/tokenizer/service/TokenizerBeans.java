package org.lexicographer.tokenizer.service;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.service.LocalFilesConfig;
import org.lexicographer.objectstore.service.Patient;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.runtime.DatasetConfig;
import org.lexicographer.runtime.LeavingConfig;
import org.lexicographer.tokenizer.job.JobContext;
import org.lexicographer.tokenizer.job.Outages;
import org.lexicographer.tokenizer.job.RunTokenizing;
import org.lexicographer.tokenizer.job.TokenizerJob;
import org.lexicographer.tokenizer.job.TokenizerJobs;
import org.lexicographer.tokenizer.kafka.DatasetPartitions;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.progress.TokenizerOutput;
import org.lexicographer.tokenizer.stream.StopSignal;

/** Puts the service together from its settings. */
@Singleton
public final class TokenizerBeans {

    /** Enough to keep the pool busy while the job's thread packs and writes. */
    private static final int WINDOW_PER_THREAD = 8;

    private final KafkaConnection kafka;
    private final TokenizerConfig config;
    private final boolean localFilesAllowed;
    private final HubSources hub;
    private final Tracing tracing;

    public TokenizerBeans(
            KafkaConnection kafka,
            TokenizerConfig config,
            LocalFilesConfig localFiles,
            HubStore hub,
            Tracing tracing) {
        this.kafka = kafka;
        this.config = config;
        this.localFilesAllowed = localFiles.allowed();
        this.hub = new HubSources(hub);
        this.tracing = tracing;
    }

    @Produces
    @Singleton
    BlockTopics topics() {
        return new BlockTopics(kafka);
    }

    void closeTopics(@Disposes BlockTopics topics) {
        topics.close();
    }

    @Produces
    @Singleton
    BlockWriter writer() {
        return new BlockWriter(kafka);
    }

    void closeWriter(@Disposes BlockWriter writer) {
        writer.close();
    }

    private int threads() {
        return config.threads().orElse(Runtime.getRuntime().availableProcessors());
    }

    @Produces
    @Singleton
    JobContext context(
            BlockTopics topics,
            BlockWriter writer,
            @Patient ObjectStore store,
            DatasetConfig dataset,
            TokenizerMetrics metrics) {
        return new JobContext(
                kafka,
                topics,
                writer,
                store,
                localFilesAllowed,
                hub,
                dataset.zstdWindowMax().asLongValue(),
                pool(threads()),
                WINDOW_PER_THREAD * threads(),
                config.maxLag().asLongValue(),
                metrics,
                tracing);
    }

    private static ExecutorService pool(int threads) {
        return Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("encoder-", 0).factory());
    }

    void closePool(@Disposes JobContext context) {
        context.pool().shutdownNow();
    }

    @Produces
    @Singleton
    DatasetPartitions partitions(BlockTopics topics) {
        return new DatasetPartitions(topics);
    }

    @Produces
    @Singleton
    TokenizerJobs jobs(
            JobContext context,
            DatasetPartitions partitions,
            TokenizerOutput output,
            LeavingConfig leaving) {
        return new TokenizerJobs(
                spec -> job(spec, context, output), partitions::of, leaving.jobs());
    }

    private Outages outages() {
        return new Outages(config.retryPause(), config.outageLimit());
    }

    private TokenizerJob job(RunSpec spec, JobContext context, TokenizerOutput output) {
        StopSignal stop = new StopSignal();
        ProgressLog progress = new ProgressLog(spec, output, System::nanoTime);
        RunTokenizing work = new RunTokenizing(spec, context, output, progress, stop);
        return new TokenizerJob(spec, work, progress, stop, outages());
    }
}
