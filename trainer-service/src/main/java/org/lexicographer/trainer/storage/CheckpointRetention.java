package org.lexicographer.trainer.storage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.runstore.RestingRuns;
import org.lexicographer.runstore.RestingRuns.Resting;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.Continuations;
import org.lexicographer.trainer.checkpoint.JobLostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes checkpoints that runs have left when they ended, after a while. Those of a run that has
 * failed stay, because it can be resumed from them, and so do those that a spec wants kept. Done by
 * several replicas at a time, or again after it was broken off, it comes to the same.
 */
public final class CheckpointRetention {

    /** The part of a run that is removed. */
    public static final String PART = RunStorage.Part.CHECKPOINTS.text();

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointRetention.class);

    private final ObjectStore objects;
    private final Duration kept;
    private final InstantSource clock;
    private final RestingRuns runs;
    private final Continuations continuations;

    /**
     * Creates the retention.
     *
     * @param kept for how long checkpoints stay after their run was seen to have ended
     */
    public CheckpointRetention(ObjectStore objects, Duration kept, InstantSource clock) {
        this.objects = requireNonNull(objects, "objects is null");
        this.kept = requireNonNull(kept, "kept is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.runs = new RestingRuns(objects, clock);
        this.continuations = new Continuations(objects);
    }

    /** Removes what is due, and returns what this replica has removed. */
    public List<Removal> sweep() {
        return runs.flatMap(
                run -> Optional.of(run).filter(it -> it.isFor(kept)).flatMap(this::removed));
    }

    private Optional<Removal> removed(Resting run) {
        return switch (run.state()) {
            case ENDED, CANCELLED -> removed(run.spec(), run.state());
            case FAILED, WAITING, RUNNING -> Optional.empty();
        };
    }

    private Optional<Removal> removed(RunSpec spec, State state) {
        List<ObjectStat> unwanted =
                spec.sites().stream()
                        .flatMap(site -> CheckpointStore.unwanted(objects, spec, site).stream())
                        .toList();
        if (unwanted.isEmpty()) {
            return Optional.empty();
        }
        long bytes = unwanted.stream().mapToLong(ObjectStat::size).sum();
        Removal removal = new Removal(PART, clock.instant(), unwanted.size(), bytes);
        Optional<Removal> counts = counting(spec, state, removal);
        counts.ifPresent(_ -> remove(spec));
        return counts.filter(removal::equals).map(it -> logged(spec, it));
    }

    /** A run that was cancelled is not extended, so nobody else can want its checkpoints. */
    private Optional<Removal> counting(RunSpec spec, State state, Removal removal) {
        if (state == State.ENDED) {
            return continuations.leaveToRemoval(spec, removal);
        }
        String key = ObjectKeys.removal(spec.run(), PART);
        return objects.putIfAbsent(key, removal.toJson())
                .map(_ -> removal)
                .or(() -> Optional.of(Removal.read(objects.bytes(key))));
    }

    private void remove(RunSpec spec) {
        for (Site site : spec.sites()) {
            try {
                CheckpointStore.removeUnwanted(objects, spec, site);
            } catch (JobLostException e) {
                LOG.info("checkpoints left for later: reason={}", e.getMessage());
            }
        }
    }

    private Removal logged(RunSpec spec, Removal removal) {
        LOG.info(
                "checkpoints removed: run={}, objects={}, bytes={}, kept={}",
                spec.run(),
                removal.objects(),
                removal.bytes(),
                kept);
        return removal;
    }
}
