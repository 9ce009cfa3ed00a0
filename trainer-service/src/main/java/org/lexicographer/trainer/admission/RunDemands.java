package org.lexicographer.trainer.admission;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.RunLine;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.ownership.JobDivision.Demands;
import org.lexicographer.trainer.ownership.JobOwnership;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;
import org.lexicographer.trainer.ownership.RunDemand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up which jobs of runs want owners, and what they need. All but {@link #join} is for one
 * thread.
 *
 * <p>The leader of a group looks while it sends no heartbeats: the client holds the lock for them.
 * Where that took longer than a session, it was taken for dead, the next leader after it, and jobs
 * went to and fro. So looking has a limit, whatever the store does.
 */
final class RunDemands implements AutoCloseable {

    private static final Duration TIME_TO_LOOK = JobOwnership.SESSION.dividedBy(3);

    private static final int AT_ONCE = 16;

    private static final Logger LOG = LoggerFactory.getLogger(RunDemands.class);

    private final ObjectStore objects;
    private final StoredRuns stored;
    private final StoredEnds ends;
    private final RunLine line;
    private final ShortMemory marks;
    private final JobNeeds needs;
    private final Lookups<Look> lookups = new Lookups<>(AT_ONCE, TIME_TO_LOOK);
    private final Map<String, Map<Site, JobNeed>> known = new ConcurrentHashMap<>();
    private final Map<String, Standing> standings = new TreeMap<>();
    private Set<String> notSeen = Set.of();

    /** What came of looking at a run. */
    private sealed interface Look {

        /** It was seen; it may want nothing. */
        record Seen(Optional<Standing> standing) implements Look {}

        /** It was not. */
        record Failed(String reason) implements Look {}
    }

    RunDemands(ObjectStore objects, ShortMemory marks, JobNeeds needs) {
        this.objects = requireNonNull(objects, "objects is null");
        this.stored = new StoredRuns(objects);
        this.ends = new StoredEnds(objects);
        this.line = new RunLine(objects, InstantSource.system());
        this.marks = requireNonNull(marks, "marks is null");
        this.needs = requireNonNull(needs, "needs is null");
    }

    /**
     * How far a run was when it was last looked up.
     *
     * @param demand what it wants
     * @param steps the training steps that it is to take
     * @param reached the steps of each job's last checkpoint
     */
    record Standing(RunDemand demand, int steps, Map<Site, Long> reached) {}

    /** Puts a run into line, behind all that are in it. */
    void join(String run) {
        line.place(run);
    }

    /**
     * Looks up what runs want, within a limit of time.
     *
     * @param owned the jobs that have owners
     */
    Demands of(Set<String> runs, Set<JobId> owned) {
        standings.keySet().retainAll(runs);
        known.keySet().retainAll(runs);
        Map<String, Look> looks = lookups.of(runs, run -> look(run, owned));
        notSeen = new TreeSet<>(runs);
        looks.forEach(this::take);
        if (!notSeen.isEmpty()) {
            LOG.warn(
                    "runs not looked up, their jobs stay where they are: runs={}, reason={}",
                    notSeen.size(),
                    reason(looks.values()));
        }
        return demands();
    }

    private void take(String run, Look look) {
        if (look instanceof Look.Seen(Optional<Standing> standing)) {
            notSeen.remove(run);
            standing.ifPresentOrElse(it -> standings.put(run, it), () -> standings.remove(run));
        }
    }

    private static String reason(Collection<Look> looks) {
        return looks.stream()
                .flatMap(
                        look ->
                                look instanceof Look.Failed(String why)
                                        ? Stream.of(why)
                                        : Stream.empty())
                .findFirst()
                .orElse("not answered within " + TIME_TO_LOOK);
    }

    /** Returns the runs that could not be looked up the last time, or not in time. */
    Set<String> notSeen() {
        return notSeen;
    }

    /** Looks at a run; what is damaged stops no other one. */
    private Look look(String run, Set<JobId> owned) {
        try {
            Optional<Standing> standing =
                    ends.find(run).isPresent()
                            ? Optional.empty()
                            : spec(run).map(spec -> standing(spec, owned));
            return new Look.Seen(standing.filter(it -> !it.demand().jobs().isEmpty()));
        } catch (ObjectStoreException e) {
            return new Look.Failed(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("run cannot be looked up: run={}", run, e);
            return new Look.Failed(e.toString());
        }
    }

    /** What is not known now was known before, or nothing is. */
    private Demands demands() {
        Set<String> unknown = new HashSet<>(notSeen);
        unknown.removeAll(standings.keySet());
        return new Demands(standings.values().stream().map(Standing::demand).toList(), unknown);
    }

    /** A topic whose run is unknown is no job. */
    private Optional<RunSpec> spec(String run) {
        try {
            return stored.find(run);
        } catch (InvalidFieldsException e) {
            LOG.warn("run without a usable spec: run={}, reason={}", run, e.getMessage());
            return Optional.empty();
        }
    }

    private Standing standing(RunSpec spec, Set<JobId> owned) {
        Map<Site, JobNeed> jobs = new TreeMap<>();
        Map<Site, Long> reached = new TreeMap<>();
        boolean alone = false;
        for (Site site : spec.sites()) {
            Optional<CheckpointManifest> manifest = manifest(spec, site);
            if (manifest.filter(it -> it.isFinished(spec.training().steps())).isPresent()) {
                continue;
            }
            JobId job = new JobId(spec.run(), site);
            jobs.put(site, need(spec, site));
            reached.put(site, manifest.map(RunDemands::lastStep).orElse(0L));
            alone |= isTriedAlone(job, owned.contains(job));
        }
        RunDemand demand = new RunDemand(spec.run(), line.place(spec.run()), alone, jobs);
        return new Standing(demand, spec.training().steps(), reached);
    }

    /** What is not readable is for the job to say. */
    private Optional<CheckpointManifest> manifest(RunSpec spec, Site site) {
        try {
            return Optional.of(CheckpointStore.peek(objects, spec.run(), site));
        } catch (ObjectStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("manifest not readable: run={}, site={}", spec.run(), site, e);
            return Optional.empty();
        }
    }

    private static long lastStep(CheckpointManifest manifest) {
        List<Checkpoint> kept = manifest.checkpoints();
        return kept.isEmpty() ? 0 : kept.getLast().step();
    }

    /** Of a job that is at work a mark says no more than that memory is short. */
    private boolean isTriedAlone(JobId job, boolean owned) {
        return marks.find(job)
                .filter(mark -> !owned || mark.since() != ShortMemory.Since.SHORT)
                .isPresent();
    }

    /** Returns what a job needs; nothing where that cannot be known. */
    JobNeed need(RunSpec spec, Site site) {
        Map<Site, JobNeed> ofRun = known.get(spec.run());
        if (ofRun == null) {
            Optional<Map<Site, JobNeed>> found = needs.of(spec);
            if (found.isEmpty()) {
                return JobNeed.NONE;
            }
            ofRun = found.get();
            known.put(spec.run(), ofRun);
        }
        return ofRun.getOrDefault(site, JobNeed.NONE);
    }

    /** Returns how far a run was when it was last looked up. */
    Optional<Standing> standing(String run) {
        return Optional.ofNullable(standings.get(run));
    }

    @Override
    public void close() {
        lookups.close();
    }
}
