package org.lexicographer.runtime.meter;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Meters that belong to a job: each comes with its first figure and goes when the job leaves, so
 * that there are as many as there is work. Safe for use by several threads.
 */
public final class JobMeters {

    private final MeterRegistry registry;
    private final Map<Key, Meter> meters = new ConcurrentHashMap<>();
    private final Map<Key, AtomicReference<Supplier<Number>>> figures = new ConcurrentHashMap<>();

    private record Key(MeterName name, Tags tags) {}

    public JobMeters(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry is null");
    }

    /** Shows a figure from now on. */
    public void show(MeterName name, Tags tags, Number value) {
        show(name, tags, () -> value);
    }

    /** Shows what a figure is whenever it is asked for. */
    public void show(MeterName name, Tags tags, Supplier<Number> value) {
        Key key = new Key(name, tags);
        AtomicReference<Supplier<Number>> held =
                figures.computeIfAbsent(key, absent -> new AtomicReference<>());
        held.set(value);
        meters.computeIfAbsent(key, k -> name.gauge(registry, tags, () -> held.get().get()));
    }

    /** Adds to a count. */
    public void count(MeterName name, Tags tags, double amount) {
        Key key = new Key(name, tags);
        ((Counter) meters.computeIfAbsent(key, k -> name.counter(registry, tags)))
                .increment(amount);
    }

    /** Takes note of how long something took. */
    public void time(MeterName name, Tags tags, Duration took) {
        Key key = new Key(name, tags);
        ((Timer) meters.computeIfAbsent(key, k -> name.timer(registry, tags))).record(took);
    }

    /** Removes every meter of these that has all these tags. */
    public void left(Tags job) {
        Set<Tag> wanted = set(job);
        meters.keySet().stream()
                .filter(key -> set(key.tags()).containsAll(wanted))
                .forEach(
                        key -> {
                            registry.remove(meters.remove(key));
                            figures.remove(key);
                        });
    }

    private static Set<Tag> set(Tags tags) {
        return tags.stream().collect(Collectors.toSet());
    }
}
