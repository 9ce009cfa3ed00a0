package org.lexicographer.eval.service;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How this service evaluates; what it evaluates is in the run specs. */
@ConfigMapping(prefix = "eval")
public interface EvalConfig {

    /** Whether checkpoints that are not their run's last are evaluated. */
    @WithDefault("false")
    boolean intermediate();

    /**
     * How many bytes of weights of dictionaries that are evaluated together are loaded at a time;
     * the last of them may go beyond it. As many bytes again may residual streams take, of batches
     * that go together through the layers of a model that is not kept in memory.
     */
    @WithDefault("1G")
    MemorySize dictionaryMemory();

    /** How long to wait before asking again whether held-out contexts are complete. */
    @WithDefault("2s")
    Duration heldOutCheck();

    /** How long to wait before looking again for statistics of latents that are to be made. */
    @WithDefault("5s")
    Duration statisticsCheck();

    /** How long statistics wait at most for evaluations of the same replica that do not pause. */
    @WithDefault("15m")
    Duration statisticsWait();

    /** After how long another replica takes over a unit of statistics whose replica died. */
    @WithDefault("5m")
    Duration claim();

    /**
     * How long after a run has ended statistics of its dictionaries' latents stay; by default as
     * long as the run. The text that they are over stays, so that they can be made again.
     */
    Optional<Duration> statisticsRetention();

    /**
     * As {@link #statisticsRetention}, for statistics of checkpoints that are not their
     * dictionary's last.
     */
    Optional<Duration> earlierStatisticsRetention();

    /** How long to wait before trying again what an outage prevented. */
    @WithDefault("5s")
    Duration retryPause();

    /** How long an outage of the store or the brokers may last before its job is given up. */
    @WithDefault("24h")
    Duration outageLimit();

    /** The folder that language models are copied to. */
    @WithDefault("${java.io.tmpdir}/lexicographer-eval/models")
    Path modelFolder();

    /** How long a language model stays loaded that nobody uses. */
    @WithDefault("2m")
    Duration modelIdle();

    /** The device to compute on, such as {@code cpu} or {@code gpu0}; by default a GPU if any. */
    Optional<String> device();

    /** The most contexts that a user's text may fill. */
    @WithDefault("4096")
    int maxContexts();

    /** The size of the largest file of text that a user may name. */
    @WithDefault("8M")
    MemorySize maxFileSize();

    /** The size of the largest dictionary that a user may import, unpacked. */
    @WithDefault("1G")
    MemorySize maxImportSize();

    /** Where trainer-service takes the runs that are submitted on a page. */
    @WithDefault("http://localhost:8083")
    URI trainerUrl();
}
