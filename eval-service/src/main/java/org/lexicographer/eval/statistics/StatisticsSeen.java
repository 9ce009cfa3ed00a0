package org.lexicographer.eval.statistics;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Since when the statistics of runs are known to be there: those that a user asked for after the
 * run had ended are as old as they are, and not as their run's end.
 */
final class StatisticsSeen {

    private static final Logger LOG = LoggerFactory.getLogger(StatisticsSeen.class);

    private final ObjectStore objects;
    private final StatisticsStore statistics;
    private final InstantSource clock;

    StatisticsSeen(ObjectStore objects, InstantSource clock) {
        this.objects = requireNonNull(objects, "objects is null");
        this.statistics = new StatisticsStore(objects);
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * What is stored.
     *
     * @param sinceMillis when each summary was first seen, in milliseconds since 1970, by its key
     *     and entity tag, with a space between them
     */
    private record Record(Map<String, Long> sinceMillis) {

        Record {
            sinceMillis = Map.copyOf(sinceMillis);
        }
    }

    /**
     * The statistics of a run.
     *
     * @param sinceMillis as stored
     * @param now when they were looked at
     */
    record Ages(Map<String, Long> sinceMillis, Instant now) {

        /** Returns the age of the newest statistics of a checkpoint, or that of its run's rest. */
        Duration of(DictionaryId dictionary, long step, Duration rested) {
            String prefix = ObjectKeys.latentStatistics(dictionary, step);
            return sinceMillis.entrySet().stream()
                    .filter(seen -> seen.getKey().startsWith(prefix))
                    .map(seen -> Duration.between(Instant.ofEpochMilli(seen.getValue()), now))
                    .reduce(rested, (one, other) -> one.compareTo(other) < 0 ? one : other);
        }
    }

    /** Looks at the statistics of a run. Whichever replica notes them last is as good. */
    Ages of(String run) {
        Instant now = clock.instant();
        String key = ObjectKeys.statisticsSeen(run);
        Map<String, Long> before = read(key);
        Map<String, Long> seen = new TreeMap<>();
        for (ObjectStat summary : statistics.summaries(run)) {
            String name = "%s %s".formatted(summary.key(), summary.etag());
            seen.put(name, before.getOrDefault(name, now.toEpochMilli()));
        }
        if (!seen.equals(before)) {
            objects.put(key, Json.write(new Record(seen)));
        }
        return new Ages(seen, now);
    }

    private Map<String, Long> read(String key) {
        try {
            return Json.read(objects.bytes(key), Record.class).sinceMillis();
        } catch (ObjectNotFoundException none) {
            return Map.of();
        } catch (InvalidFieldsException e) {
            LOG.warn("not readable, counted anew: key={}", key, e);
            return Map.of();
        }
    }
}
