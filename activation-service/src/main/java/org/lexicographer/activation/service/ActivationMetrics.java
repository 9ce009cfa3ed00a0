package org.lexicographer.activation.service;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.lexicographer.activation.job.ForwardPassMeter;

/** The figures of this process for an operator: tokens, blocks and forward seconds of each run. */
public final class ActivationMetrics implements ForwardPassMeter {

    private static final String RUN = "run";

    private final MeterRegistry registry;

    public ActivationMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry is null");
    }

    @Override
    public void forward(String run, int tokens, long nanos) {
        registry.counter("activation.tokens", RUN, run).increment(tokens);
        registry.counter("activation.blocks", RUN, run).increment();
        registry.timer("activation.forward", RUN, run).record(Duration.ofNanos(nanos));
    }
}
