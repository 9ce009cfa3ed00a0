package org.lexicographer.tokenizer.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.lexicographer.pipeline.run.RunSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that are known and the jobs of those that this replica owns: a run belongs to whoever
 * owns the partition that its dataset shards lie in.
 *
 * <p>A replica that loses a partition stops the jobs of its runs. Should one of them write one more
 * block, it is the very block that its successor writes, and every reader drops the second copy.
 */
public final class TokenizerJobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerJobs.class);

    private final Function<RunSpec, TokenizerJob> factory;
    private final ToIntFunction<String> partitionOf;
    private final Duration leaving;
    private final Map<String, RunSpec> runs = new HashMap<>();
    private final Map<String, TokenizerJob> jobs = new HashMap<>();
    private final Set<Integer> owned = new HashSet<>();
    private boolean closed;

    /**
     * Starts without runs and partitions.
     *
     * @param factory creates a run's job
     * @param partitionOf returns the partition that a run's dataset shards lie in
     * @param leaving how long jobs that are stopped are waited for
     */
    public TokenizerJobs(
            Function<RunSpec, TokenizerJob> factory,
            ToIntFunction<String> partitionOf,
            Duration leaving) {
        this.factory = requireNonNull(factory, "factory is null");
        this.partitionOf = requireNonNull(partitionOf, "partitionOf is null");
        this.leaving = requireNonNull(leaving, "leaving is null");
    }

    /**
     * Takes a run up. A job that works on the same spec continues as it is; one that has ended
     * starts again, because whoever publishes a run once more wants it to continue.
     */
    public synchronized void put(RunSpec spec) {
        runs.put(spec.run(), spec);
        TokenizerJob job = jobs.get(spec.run());
        if (job != null && !(job.isAlive() && job.spec().equals(spec))) {
            stop(List.of(spec.run()));
        }
        startWhatIsOwned();
    }

    /** Forgets a run and stops its job. */
    public synchronized void withdraw(String run) {
        runs.remove(run);
        stop(List.of(run));
    }

    /** Returns the spec of a run, or empty when the run is not known. */
    public synchronized Optional<RunSpec> spec(String run) {
        return Optional.ofNullable(runs.get(run));
    }

    /** Returns how far a run's job is; empty when this replica has none. */
    public synchronized Optional<JobState> state(String run) {
        return Optional.ofNullable(jobs.get(run)).map(TokenizerJob::state);
    }

    /** Starts the jobs of the runs in these partitions. */
    public synchronized void assign(Collection<Integer> partitions) {
        owned.addAll(partitions);
        startWhatIsOwned();
    }

    /** Stops the jobs of the runs in these partitions. */
    public synchronized void revoke(Collection<Integer> partitions) {
        owned.removeAll(Set.copyOf(partitions));
        stop(jobs.keySet().stream().filter(run -> !owns(run)).toList());
    }

    /** Stops the jobs that still work on runs of which the test is true. */
    public void stopWhere(Predicate<String> test) {
        workingRuns().stream().filter(test).forEach(this::withdraw);
    }

    private synchronized List<String> workingRuns() {
        return jobs.values().stream()
                .filter(TokenizerJob::isAlive)
                .map(job -> job.spec().run())
                .toList();
    }

    private boolean owns(String run) {
        return owned.contains(partitionOf.applyAsInt(run));
    }

    private void startWhatIsOwned() {
        if (closed || owned.isEmpty()) {
            return;
        }
        for (RunSpec spec : runs.values()) {
            if (!jobs.containsKey(spec.run()) && owns(spec.run())) {
                TokenizerJob job = factory.apply(spec);
                jobs.put(spec.run(), job);
                job.start();
            }
        }
    }

    private void stop(Collection<String> stopped) {
        List<TokenizerJob> ending =
                stopped.stream().filter(jobs::containsKey).map(jobs::remove).toList();
        ending.forEach(TokenizerJob::stop);
        long deadline = System.nanoTime() + leaving.toNanos();
        for (TokenizerJob job : ending) {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            if (!job.join(left)) {
                LOG.warn("job does not stop: run={}", job.spec().run());
            }
        }
    }

    /** Stops all jobs and starts no more. */
    @Override
    public synchronized void close() {
        closed = true;
        stop(List.copyOf(jobs.keySet()));
    }
}
