package org.lexicographer.trainer.service;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;

/**
 * The figures of this process for an operator: how far each of its jobs is, and what it has sent.
 */
final class TrainerMetrics {

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> reached = new ConcurrentHashMap<>();

    TrainerMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry is null");
    }

    /** Takes a job's steps and tokens from what it says; other parts of a run count nothing. */
    void progress(RunProgress message) {
        if (message.part() instanceof TrainingProgress training) {
            Tags job = Tags.of("run", message.run(), "site", training.site().toString());
            gauge("trainer.steps", job).set(training.step());
            gauge("trainer.tokens", job).set(training.tokens());
        }
    }

    private AtomicLong gauge(String name, Tags job) {
        return reached.computeIfAbsent(
                name + job, absent -> registry.gauge(name, job, new AtomicLong()));
    }

    void announcedDictionary() {
        registry.counter("trainer.dictionaries").increment();
    }

    void rejected() {
        registry.counter("trainer.rejected").increment();
    }
}
