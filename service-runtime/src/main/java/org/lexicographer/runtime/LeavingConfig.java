package org.lexicographer.runtime;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a service leaves when it is asked to. */
@ConfigMapping(prefix = "leaving")
public interface LeavingConfig {

    /**
     * How long the jobs may take to come to a point from which another replica continues, such as a
     * checkpoint that is being written. What has not ended by then is given up, and done again by
     * whoever takes the job.
     */
    @WithDefault("14s")
    Duration jobs();

    /**
     * Whether the service leaves when its standard input ends, which it does with the process that
     * holds its other end.
     */
    @WithDefault("false")
    boolean withInput();
}
