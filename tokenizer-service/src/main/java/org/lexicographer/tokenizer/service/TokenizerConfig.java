package org.lexicographer.tokenizer.service;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How the tokenizer works; nothing here changes what comes out. */
@ConfigMapping(prefix = "tokenizer")
public interface TokenizerConfig {

    /** Threads that encode, for all runs together; by default one per processor. */
    OptionalInt threads();

    /** Bytes of a run's token blocks that may wait to be read before its job waits. */
    @WithDefault("64M")
    MemorySize maxLag();

    /** The pause before a failed attempt is repeated; it doubles from attempt to attempt. */
    @WithDefault("PT1S")
    Duration retryPause();

    /**
     * How long an outage of the store or the brokers is waited out before the run is given up; a
     * token block that was written starts the time anew.
     */
    @WithDefault("PT24H")
    Duration outageLimit();

    /** How often it is looked up which runs failed or were cancelled. */
    @WithDefault("PT10S")
    Duration endCheck();
}
