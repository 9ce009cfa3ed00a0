package org.lexicographer.eval.statistics;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.statistics.StatisticsSeen.Ages;
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
    private final StatisticsSeen seen;
    private final DictionaryStore dictionaries;
    private final StatisticsStore statistics;
    private final PlanStore plans;

    /**
     * How long statistics stay after they and the end of their run were first seen; empty: as long
     * as the run.
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

        boolean isOver(Duration age, boolean isLast) {
            return last.filter(time -> age.compareTo(time) >= 0).isPresent()
                    || (!isLast && earlier.filter(time -> age.compareTo(time) >= 0).isPresent());
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
        this.seen = new StatisticsSeen(objects, clock);
        this.dictionaries = new DictionaryStore(objects);
        this.statistics = new StatisticsStore(objects);
        this.plans = new PlanStore(objects);
    }

    /** Removes what is due, and returns what this replica has removed. */
    public List<Removal> sweep() {
        return runs.flatMap(this::inTurn);
    }

    private Optional<Removal> inTurn(Resting run) {
        // Before they are over: they are as old as they are seen to be.
        Ages ages = seen.of(run.spec().run());
        if (!kept.isOver(run.rested(), false) || !turns.claim(run.spec().run())) {
            return Optional.empty();
        }
        try {
            return removed(run, ages);
        } finally {
            turns.release(run.spec().run());
        }
    }

    private Optional<Removal> removed(Resting run, Ages ages) {
        String name = run.spec().run();
        List<Removal> removed = new ArrayList<>();
        for (SavedDictionary dictionary : dictionaries.ofRun(name)) {
            dictionary.steps().stream()
                    .filter(
                            step ->
                                    kept.isOver(
                                            ages.of(dictionary.id(), step, run.rested()),
                                            step == dictionary.lastStep()))
                    .forEach(step -> removed(dictionary.id(), step).ifPresent(removed::add));
        }
        Optional<Removal> all = removed.stream().reduce((earlier, later) -> later.after(earlier));
        all.ifPresent(
                it ->
                        LOG.info(
                                "statistics removed: run={}, objects={}, bytes={}",
                                name,
                                it.objects(),
                                it.bytes()));
        return all;
    }

    /** The record comes first, so that whoever misses statistics always finds it. */
    private Optional<Removal> removed(DictionaryId dictionary, long step) {
        List<ObjectStat> files = statistics.files(dictionary, step);
        if (files.isEmpty() || plans.isAtWork(dictionary, step)) {
            return Optional.empty();
        }
        long bytes = files.stream().mapToLong(ObjectStat::size).sum();
        Removal removal = new Removal(PART, clock.instant(), files.size(), bytes);
        String key = ObjectKeys.removal(dictionary.run(), PART);
        objects.put(key, earlier(key).map(removal::after).orElse(removal).toJson());
        statistics.remove(dictionary, step, () -> plans.isAtWork(dictionary, step));
        return Optional.of(removal);
    }

    private Optional<Removal> earlier(String key) {
        try {
            return Optional.of(Removal.read(objects.bytes(key)));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }
}
