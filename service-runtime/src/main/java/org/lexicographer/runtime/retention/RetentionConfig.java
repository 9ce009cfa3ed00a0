package org.lexicographer.runtime.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When services look for what they have kept long enough. */
@ConfigMapping(prefix = "retention")
public interface RetentionConfig {

    /** How long to wait before looking again; without a retention setting nobody looks. */
    @WithDefault("1h")
    Duration check();
}
