package org.lexicographer.runtime.start;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a service starts. */
@ConfigMapping(prefix = "start")
public interface StartConfig {

    /** How long HTTP stays closed for broker and store to be found first. */
    @WithDefault("0s")
    Duration patience();

    /** How long to wait after a step that failed before it is taken again. */
    @WithDefault("2s")
    Duration pause();
}
