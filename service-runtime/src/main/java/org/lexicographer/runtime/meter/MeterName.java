package org.lexicographer.runtime.meter;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.function.Supplier;

/**
 * What a meter is called and what it means. Every name begins with {@code lexicographer} and, where
 * it is about a stage of the data's path, goes on with the stage's noun, as its topic is called:
 * {@code dataset.shards}, {@code token.blocks}, {@code activation.blocks}, {@code dictionaries},
 * {@code evaluations}. Prometheus has underscores for the dots, the unit at the end, and {@code
 * _total} after what only grows.
 *
 * @param name the name after the prefix, with dots
 * @param unit the unit, as Prometheus spells it; empty for what is counted
 * @param meaning one sentence, as docs/metrics.md has it
 */
public record MeterName(String name, String unit, String meaning) {

    private static final String PREFIX = "lexicographer.";

    public MeterName {
        requireNonNull(name, "name is null");
        requireNonNull(unit, "unit is null");
        requireNonNull(meaning, "meaning is null");
    }

    /** Names what is counted, or has no unit. */
    public MeterName(String name, String meaning) {
        this(name, "", meaning);
    }

    /** Returns the counter of the name and the tags; it is registered with its first use. */
    public Counter counter(MeterRegistry registry, Tags tags) {
        return Counter.builder(PREFIX + name)
                .baseUnit(unitOrNull())
                .description(meaning)
                .tags(tags)
                .register(registry);
    }

    /** Returns the timer of the name and the tags; it is registered with its first use. */
    public Timer timer(MeterRegistry registry, Tags tags) {
        return Timer.builder(PREFIX + name).description(meaning).tags(tags).register(registry);
    }

    /**
     * Registers a gauge, which is kept from then on. It takes the place of one that has the name
     * and the tags: that of an earlier application in this process, which asks what is no more.
     */
    public Gauge gauge(MeterRegistry registry, Tags tags, Supplier<Number> value) {
        registry.removeByPreFilterId(
                new Meter.Id(PREFIX + name, tags, unitOrNull(), meaning, Meter.Type.GAUGE));
        return Gauge.builder(PREFIX + name, value)
                .baseUnit(unitOrNull())
                .description(meaning)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private String unitOrNull() {
        return unit.isEmpty() ? null : unit;
    }
}
