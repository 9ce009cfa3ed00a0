package org.lexicographer.activation.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Where this replica runs language models; which ones, and for what, is in the run specs. */
@ConfigMapping(prefix = "activation")
public interface ActivationConfig {

    /** The name of this replica in progress messages. */
    String replica();

    /** The folder that language models are copied to; several processes may share it. */
    @WithDefault("${java.io.tmpdir}/lexicographer-models")
    Path modelFolder();

    /**
     * The stages of runs that this replica works at, of those that are cut into several: {@code
     * all}, or their numbers from 0 with commas between them.
     */
    @WithDefault("all")
    String stages();

    /** The device to compute on, such as {@code cpu} or {@code gpu0}; by default a GPU if any. */
    Optional<String> device();

    /**
     * The threads of one matrix product on a CPU; by default one per core. It applies to the whole
     * process, as {@code OMP_NUM_THREADS} and {@code ai.djl.pytorch.num_threads} do.
     */
    OptionalInt threads();
}
