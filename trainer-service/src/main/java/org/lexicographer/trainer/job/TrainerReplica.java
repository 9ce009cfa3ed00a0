package org.lexicographer.trainer.job;

import ai.djl.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.trainer.ownership.JobOwnership;

/** One of the replicas that share the trainer jobs. */
public final class TrainerReplica implements AutoCloseable {

    private final BlockTopics topics;
    private final RunEnds ends;
    private final TrainerJobs jobs;
    private final JobOwnership ownership;
    private final Thread thread;
    private final Duration timeToLeave;

    /**
     * Joins the others.
     *
     * @param kafka the connection to the brokers
     * @param output where jobs say what they have done
     * @param device what is trained on
     * @param workFolder where large objects are prepared
     * @param codeVersion the version recorded in every dictionary's lineage
     * @param restartPause the least time between two starts of a job that crashes
     * @param timeToLeave how long leaving waits for the checkpoints of the jobs
     */
    public TrainerReplica(
            KafkaConnection kafka,
            ObjectStore objects,
            TrainerOutput output,
            Device device,
            Path workFolder,
            String codeVersion,
            Duration restartPause,
            Duration timeToLeave) {
        this.timeToLeave = timeToLeave;
        topics = new BlockTopics(kafka);
        ends = new RunEnds(objects, topics, output);
        jobs =
                new TrainerJobs(
                        new JobContext(
                                kafka,
                                topics,
                                objects,
                                output,
                                ends,
                                device,
                                workFolder,
                                codeVersion,
                                restartPause),
                        timeToLeave);
        ownership = new JobOwnership(kafka, jobs, jobs.timeToStop());
        thread = Thread.ofPlatform().daemon().name("trainer-ownership").start(ownership);
    }

    /** Returns how runs end. */
    public RunEnds ends() {
        return ends;
    }

    /** Starts the jobs of a run that this replica owns, unless they are at work. */
    public void awaken(String run) {
        jobs.awaken(run);
    }

    /** Ends a run, one of whose parts has failed; its jobs save a checkpoint and end. */
    public void fail(RunFailure failure) {
        jobs.fail(failure);
    }

    /** Ends the jobs of a run without saving anything. */
    public void withdraw(String run) {
        jobs.withdraw(run);
    }

    /** Returns the offset after the last message in the one partition of the progress topic. */
    public long progressOffset() {
        TopicPartition progress = new TopicPartition(Topics.RUN_PROGRESS, 0);
        return topics.ends(List.of(progress)).getOrDefault(progress, 0L);
    }

    /** Tells whether this replica still takes part. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Saves a checkpoint of every job, gives them back and leaves. */
    @Override
    public void close() {
        ownership.close();
        try {
            thread.join(timeToLeave);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        topics.close();
    }
}
