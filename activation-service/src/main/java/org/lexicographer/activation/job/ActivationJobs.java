package org.lexicographer.activation.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunStages;
import org.lexicographer.runstore.StoredEnds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of this process, one per stage that it works at of each run that has not ended. Safe for
 * use by several threads.
 */
public final class ActivationJobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ActivationJobs.class);
    private static final Duration WATCH = Duration.ofSeconds(2);

    private final JobContext context;
    private final StoredEnds ends;
    private final Map<JobKey, ActivationJob> jobs = new ConcurrentHashMap<>();
    private final Thread watch;

    /**
     * Starts without jobs.
     *
     * @param objects the bucket of the runs, without retries: whether a run has ended is asked
     *     again and again
     */
    public ActivationJobs(JobContext context, ObjectStore objects) {
        this.context = requireNonNull(context, "context is null");
        this.ends = new StoredEnds(objects);
        watch = Thread.ofVirtual().name("run-end-watch").start(this::watch);
    }

    /** What a job is for. */
    private record JobKey(String run, int stage) {}

    /**
     * Starts a run's jobs, except those at work; a job that failed, or that leaves, is given a
     * successor.
     */
    public synchronized void submit(RunSpec spec) {
        int count = RunStages.of(spec).count();
        List<Integer> here =
                IntStream.range(0, count).filter(context.stages()::includes).boxed().toList();
        if (here.isEmpty()) {
            LOG.warn(
                    "no stage of the run here: run={}, stages={}, worked at={}",
                    spec.run(),
                    count,
                    context.stages());
        }
        here.forEach(stage -> submit(spec, stage));
    }

    private void submit(RunSpec spec, int stage) {
        JobKey key = new JobKey(spec.run(), stage);
        ActivationJob job = jobs.get(key);
        if (job != null && job.isAlive()) {
            if (job.spec().equals(spec)) {
                if (!job.isLeaving()) {
                    return;
                }
                LOG.info("job is succeeded while it leaves: run={}, stage={}", spec.run(), stage);
            } else {
                LOG.warn("run submitted with another spec: run={}", spec.run());
                job.stop(State.CANCELLED);
            }
        }
        ActivationJob started = new ActivationJob(spec, stage, context);
        jobs.put(key, started);
        started.start();
    }

    /** Stops a run's jobs for good. */
    public synchronized void withdraw(String run) {
        List<JobKey> withdrawn =
                jobs.keySet().stream().filter(key -> key.run().equals(run)).toList();
        withdrawn.forEach(key -> jobs.remove(key).stop(State.CANCELLED));
    }

    /** Returns the jobs that are at work or wait for some. */
    public Collection<ActivationJob> active() {
        return jobs.values().stream().filter(ActivationJob::isAlive).toList();
    }

    /** Tells whether the ends of runs are still watched for. */
    public boolean isWatching() {
        return watch.isAlive();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(WATCH);
                active().forEach(this::stopIfEnded);
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer watches for the end of runs");
        }
    }

    private void stopIfEnded(ActivationJob job) {
        try {
            job.stopIfEnded(ends);
        } catch (ObjectStoreException | InvalidFieldsException e) {
            LOG.warn(
                    "not known whether the run has ended: run={}, reason={}",
                    job.spec().run(),
                    e.getMessage());
        }
    }

    /** Lets every job finish what is under way and leave its group; waits for a while. */
    @Override
    public void close() {
        watch.interrupt();
        List<ActivationJob> stopped = List.copyOf(active());
        stopped.forEach(job -> job.stop(State.WAITING));
        long deadline = System.nanoTime() + context.leaving().toNanos();
        for (ActivationJob job : stopped) {
            await(job, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }

    private static void await(ActivationJob job, Duration atMost) {
        try {
            job.awaitEnd(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
