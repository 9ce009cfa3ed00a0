package org.lexicographer.activation.service;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import org.lexicographer.activation.job.ForwardPassMeter;

/**
 * The figures of this process for an operator: blocks and forward seconds of each stage of a run,
 * and tokens, which go through all stages, of the first.
 */
public final class ActivationMetrics implements ForwardPassMeter {

    private final MeterRegistry registry;

    public ActivationMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry is null");
    }

    @Override
    public void forward(String run, int stage, int tokens, long nanos) {
        Tags tags = Tags.of("run", run, "stage", Integer.toString(stage));
        if (stage == 0) {
            registry.counter("activation.tokens", tags).increment(tokens);
        }
        registry.counter("activation.blocks", tags).increment();
        registry.timer("activation.forward", tags).record(Duration.ofNanos(nanos));
    }
}
