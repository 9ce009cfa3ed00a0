package org.lexicographer.activation.service;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;
import java.util.OptionalInt;

/** What the forward pass runs on. */
@ConfigMapping(prefix = "numerics")
public interface NumericsConfig {

    /** The device, such as {@code cpu}, {@code gpu0}; by default the first GPU if there is one. */
    Optional<String> device();

    /**
     * The threads of one matrix product on a CPU; by default one per core. It applies to the whole
     * process, as {@code OMP_NUM_THREADS} and {@code ai.djl.pytorch.num_threads} do.
     */
    OptionalInt threads();
}
