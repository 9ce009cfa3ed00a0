package org.lexicographer.activation;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** The figures of this process for an operator: tokens, blocks and forward seconds of each run. */
public final class ActivationMetrics {

    private static final String RUN = "run";

    private final MeterRegistry registry;

    /** Creates the figures in a registry. */
    public ActivationMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry is null");
    }

    /** Counts one forward pass. */
    public void forward(String run, int tokens, long nanos) {
        registry.counter("activation.tokens", RUN, run).increment(tokens);
        registry.counter("activation.blocks", RUN, run).increment();
        registry.timer("activation.forward", RUN, run).record(Duration.ofNanos(nanos));
    }
}
