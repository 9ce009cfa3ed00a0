package org.lexicographer.trainer.job;

import ai.djl.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.trainer.admission.Admission;
import org.lexicographer.trainer.admission.JobNeeds;
import org.lexicographer.trainer.admission.ReplicaMemory;
import org.lexicographer.trainer.ownership.JobOwnership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the replicas that share the trainer jobs. */
public final class TrainerReplica implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerReplica.class);

    private final BlockTopics topics;
    private final RunEnds ends;
    private final Admission admission;
    private final TrainerJobs jobs;
    private final JobOwnership ownership;
    private final Thread thread;
    private final Duration timeToLeave;

    /**
     * Where and how a replica works.
     *
     * @param device what is trained on
     * @param workFolder where large objects lie while they are read
     * @param codeVersion the version recorded in every dictionary's lineage
     * @param restartPause the least time between two starts of a job that crashes
     * @param timeToLeave how long leaving waits for the checkpoints of the jobs
     */
    public record Settings(
            Device device,
            Path workFolder,
            String codeVersion,
            Duration restartPause,
            Duration timeToLeave) {}

    /**
     * Creates a replica that joins the others when it is {@linkplain #start started}.
     *
     * @param kafka the connection to the brokers
     * @param output where jobs say what they have done
     * @param memory what the replica promises to jobs
     * @param needs says what jobs need
     */
    public TrainerReplica(
            KafkaConnection kafka,
            ObjectStore objects,
            TrainerOutput output,
            Settings settings,
            ReplicaMemory memory,
            JobNeeds needs) {
        timeToLeave = settings.timeToLeave();
        topics = new BlockTopics(kafka);
        ends = new RunEnds(kafka, objects, topics, output);
        admission = new Admission(objects, memory, needs, output::inLine);
        jobs =
                new TrainerJobs(
                        new JobContext(
                                kafka,
                                topics,
                                objects,
                                output,
                                ends,
                                settings.device(),
                                settings.workFolder(),
                                settings.codeVersion(),
                                settings.restartPause(),
                                admission),
                        timeToLeave);
        ownership = new JobOwnership(kafka, jobs, admission, jobs.timeToStop());
        thread = Thread.ofPlatform().daemon().name("trainer-ownership").unstarted(ownership);
    }

    /** Joins the others; jobs say what they do from now on. */
    public TrainerReplica start() {
        thread.start();
        return this;
    }

    /** Returns how runs end. */
    public RunEnds ends() {
        return ends;
    }

    /** Returns which jobs have memory, and which wait for it. */
    public Admission admission() {
        return admission;
    }

    /**
     * Puts a run into line, unless it is in it, and starts the jobs of it that this replica owns,
     * unless they are at work.
     */
    public void awaken(String run) {
        try {
            admission.join(run);
        } catch (ObjectStoreException e) {
            LOG.warn("run joins the line later: run={}, reason={}", run, e.getMessage());
        }
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

    /** Tells whether this replica takes part, or is about to. */
    public boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    /** Saves a checkpoint of every job, gives them back and leaves. */
    @Override
    public void close() {
        ownership.close();
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
        try {
            thread.join(timeToLeave);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admission.close();
        topics.close();
    }
}
