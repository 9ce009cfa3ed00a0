package org.lexicographer.eval.statistics;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.WorkClaims;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.runstore.RestingRuns;
import org.lexicographer.runstore.RestingRuns.Resting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes statistics of latents of runs that have ended, after a while. Explanations, evaluations
 * and the text that they are over stay, so that they can be made again. Nothing is removed of a
 * dictionary whose statistics are wanted or being made; replicas take turns.
 */
public final class StatisticsRetention {

    /** The part of a run that is removed. */
    public static final String PART = "statistics";

    private static final Logger LOG = LoggerFactory.getLogger(StatisticsRetention.class);

    private final ObjectStore objects;
    private final Kept kept;
    private final InstantSource clock;
    private final WorkClaims turns;
    private final RestingRuns runs;
    private final DictionaryStore dictionaries;
    private final StatisticsStore statistics;
    private final PlanStore plans;

    /**
     * How long statistics stay after their run was seen to have ended; empty: as long as the run.
     *
     * @param last those of the last checkpoint of each dictionary
     * @param earlier those of the checkpoints before
     */
    public record Kept(Optional<Duration> last, Optional<Duration> earlier) {

        public Kept {
            requireNonNull(last, "last is null");
            requireNonNull(earlier, "earlier is null");
        }

        /** Tells whether nothing is ever removed. */
        public boolean isForEver() {
            return last.isEmpty() && earlier.isEmpty();
        }

        boolean isOver(Resting run, boolean isLast) {
            return last.filter(run::isFor).isPresent()
                    || (!isLast && earlier.filter(run::isFor).isPresent());
        }
    }

    /**
     * Creates the retention of one replica.
     *
     * @param turns the claims of this replica on runs
     */
    public StatisticsRetention(
            ObjectStore objects, Kept kept, InstantSource clock, WorkClaims turns) {
        this.objects = requireNonNull(objects, "objects is null");
        this.kept = requireNonNull(kept, "kept is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.turns = requireNonNull(turns, "turns is null");
        this.runs = new RestingRuns(objects, clock);
        this.dictionaries = new DictionaryStore(objects);
        this.statistics = new StatisticsStore(objects);
        this.plans = new PlanStore(objects);
    }

    /** Removes what is due, and returns what this replica has removed. */
    public List<Removal> sweep() {
        return runs.all().stream().flatMap(run -> inTurn(run).stream()).toList();
    }

    private Optional<Removal> inTurn(Resting run) {
        if (!kept.isOver(run, false) || !turns.claim(run.spec().run())) {
            return Optional.empty();
        }
        try {
            return removed(run);
        } finally {
            turns.release(run.spec().run());
        }
    }

    private Optional<Removal> removed(Resting run) {
        String name = run.spec().run();
        List<ObjectStat> removed = new ArrayList<>();
        for (SavedDictionary dictionary : dictionaries.ofRun(name)) {
            dictionary.steps().stream()
                    .filter(step -> kept.isOver(run, step == dictionary.lastStep()))
                    .forEach(step -> removed.addAll(removed(dictionary.id(), step)));
        }
        if (removed.isEmpty()) {
            return Optional.empty();
        }
        long bytes = removed.stream().mapToLong(ObjectStat::size).sum();
        Removal removal = new Removal(PART, clock.instant(), removed.size(), bytes);
        String key = ObjectKeys.removal(name, PART);
        objects.put(key, earlier(key).map(removal::after).orElse(removal).toJson());
        LOG.info("statistics removed: run={}, objects={}, bytes={}", name, removed.size(), bytes);
        return Optional.of(removal);
    }

    private List<ObjectStat> removed(DictionaryId dictionary, long step) {
        return statistics.remove(dictionary, step, () -> plans.isAtWork(dictionary, step));
    }

    private Optional<Removal> earlier(String key) {
        try {
            return Optional.of(Removal.read(objects.bytes(key)));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }
}
