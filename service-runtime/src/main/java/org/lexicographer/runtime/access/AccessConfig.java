package org.lexicographer.runtime.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.util.Optional;

/** Who may use a service's REST interface and pages. */
@ConfigMapping(prefix = "access")
public interface AccessConfig {

    /** Whether callers have to say who they are. */
    enum Mode {
        /** Every caller needs a token, a key or a session. */
        ON,
        /** Everybody may do everything. */
        OFF
    }

    /**
     * {@code on} or {@code off}. By default it is on where an identity provider or keys are set,
     * and off on the loopback interface; elsewhere the service does not start without.
     */
    @WithParentName
    Optional<Mode> mode();

    /**
     * The file of the keys with which machines say who they are; it is read again when it changes.
     */
    Optional<Path> keysFile();
}
