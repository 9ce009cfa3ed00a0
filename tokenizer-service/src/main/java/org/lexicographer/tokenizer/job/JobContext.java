package org.lexicographer.tokenizer.job;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.ExecutorService;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.tokenizer.progress.DatasetMeter;

/**
 * What all jobs of a service share.
 *
 * @param kafka the connection to the brokers
 * @param topics the brokers' topics
 * @param writer writes token blocks
 * @param store the service's bucket
 * @param localFilesAllowed whether shards and models may be local files
 * @param hub where shards and models of a hub come from
 * @param zstdWindowMax bytes of the largest window of a zstd frame that is read
 * @param pool runs the encoding
 * @param window how many parts of documents a job may have encoded ahead
 * @param maxLagBytes bytes of a run's token blocks that may wait to be read
 * @param meter counts what becomes of datasets
 * @param tracing traces shards
 */
public record JobContext(
        KafkaConnection kafka,
        BlockTopics topics,
        BlockWriter writer,
        ObjectStore store,
        boolean localFilesAllowed,
        HubSources hub,
        long zstdWindowMax,
        ExecutorService pool,
        int window,
        long maxLagBytes,
        DatasetMeter meter,
        Tracing tracing) {

    public JobContext {
        requireNonNull(kafka, "kafka is null");
        requireNonNull(topics, "topics is null");
        requireNonNull(writer, "writer is null");
        requireNonNull(store, "store is null");
        requireNonNull(hub, "hub is null");
        requireNonNull(pool, "pool is null");
        requireNonNull(meter, "meter is null");
        requireNonNull(tracing, "tracing is null");
    }
}
