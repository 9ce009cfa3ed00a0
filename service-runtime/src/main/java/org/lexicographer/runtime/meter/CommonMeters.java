package org.lexicographer.runtime.meter;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.stored.Removal;

/** The meters that all services have. Safe for use by several threads. */
public final class CommonMeters {

    private static final MeterName OWNED =
            new MeterName("jobs.owned", "Jobs that this replica works on, or is to work on.");
    private static final MeterName WAITING =
            new MeterName("jobs.waiting", "Those of them that wait for input or for others.");
    private static final MeterName REJECTED =
            new MeterName("rejected", "Records that were sent to the topic rejected.");
    private static final MeterName RETRIES =
            new MeterName("retries", "Attempts that were repeated after an outage or a crash.");
    private static final MeterName REMOVED =
            new MeterName(
                    "retention.objects", "Objects that were removed as they had been kept for.");
    private static final MeterName REMOVED_BYTES =
            new MeterName("retention", "bytes", "The bytes of these objects.");

    /** What a record may be, by the noun of its topic within the installation. */
    private static final List<String> NOUNS =
            List.of(
                    Topics.RUNS,
                    Topics.DATASET_SHARDS,
                    "token-blocks",
                    "residual-blocks",
                    "activation-blocks",
                    Topics.DICTIONARIES,
                    Topics.RUN_PROGRESS);

    private final MeterRegistry registry;

    /** Who repeats what failed. */
    public enum Retried {
        /** A request to the object store. */
        REQUEST,
        /** A job from its last checkpoint or block. */
        JOB;

        private Tags tags() {
            return Tags.of("what", name().toLowerCase(Locale.ROOT));
        }
    }

    /** Begins all counts at 0, so that the first one is seen to be one more. */
    public CommonMeters(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry is null");
        NOUNS.forEach(noun -> REJECTED.counter(registry, Tags.of("what", noun)));
        for (Retried what : Retried.values()) {
            RETRIES.counter(registry, what.tags());
        }
    }

    /** Shows how many jobs a replica has. */
    public void jobs(Supplier<Number> owned, Supplier<Number> waiting) {
        OWNED.gauge(registry, Tags.empty(), owned);
        WAITING.gauge(registry, Tags.empty(), waiting);
    }

    /** Counts a record that was set aside. */
    public void rejected(Rejection rejection) {
        String topic = rejection.source().topic();
        NOUNS.stream()
                .filter(noun -> topic.equals(noun) || topic.startsWith(noun + "."))
                .findFirst()
                .ifPresent(noun -> REJECTED.counter(registry, Tags.of("what", noun)).increment());
    }

    /** Counts an attempt that follows one that has failed. */
    public void retried(Retried what) {
        RETRIES.counter(registry, what.tags()).increment();
    }

    /** Counts what was removed after it had been kept for long enough. */
    public void removed(Removal removal) {
        Tags part = Tags.of("part", removal.part());
        REMOVED.counter(registry, part).increment(removal.objects());
        REMOVED_BYTES.counter(registry, part).increment(removal.bytes());
    }
}
