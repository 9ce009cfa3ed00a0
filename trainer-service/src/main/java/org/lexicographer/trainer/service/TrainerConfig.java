package org.lexicographer.trainer.service;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Where this replica trains; what it trains is in the run specs. */
@ConfigMapping(prefix = "trainer")
public interface TrainerConfig {

    /** The folder in which checkpoints and dictionaries lie while they are read. */
    @WithDefault("${java.io.tmpdir}/lexicographer-trainer")
    Path workFolder();

    /** The device to train on, such as {@code cpu} or {@code gpu0}; by default a GPU if any. */
    Optional<String> device();

    /**
     * The threads that share the work of a step; by default one per core. All jobs of the process
     * share them, besides a thread of its own that each has. The number changes no bit of a sparse
     * step.
     */
    OptionalInt threads();

    /**
     * The memory that this process may take; by default that of its container, or of the machine.
     * Of it, what the process takes without a job and the largest heap are left out, and the rest
     * is promised to jobs: one for which there is no room waits.
     */
    Optional<MemorySize> memory();

    /**
     * The memory of its GPU that this process may take; by default all of it. Of it, what the
     * process takes without a job and a margin are left out, and the rest is promised to jobs. A
     * GPU that other processes use too is to be shared out here.
     */
    Optional<MemorySize> deviceMemory();

    /**
     * How often a job may be killed in a row with its memory nearly full, while its run is alone on
     * the replica, before it has taken a step and saved it; then its run has failed.
     */
    @WithDefault("3")
    int memoryAttempts();

    /**
     * The least time between two starts of a job that crashes, because the object store refuses to
     * write, for example. After the fifth crash in a row at the same block its run has failed.
     */
    @WithDefault("PT10S")
    Duration restartPause();

    /**
     * How long after its run has ended, or was cancelled, a checkpoint stays from which the run
     * could go on with more steps; by default as long as the run. Those that a run spec wants kept
     * stay.
     */
    Optional<Duration> checkpointRetention();

    /**
     * How long models and dictionaries that were fetched from the hub stay in the store after no
     * run and no import was seen to name them; by default for ever.
     */
    Optional<Duration> hubRetention();

    /** How often is looked for jobs that nobody owns, and for what extraction has yet to take. */
    @WithDefault("PT10S")
    Duration pendingCheck();
}
