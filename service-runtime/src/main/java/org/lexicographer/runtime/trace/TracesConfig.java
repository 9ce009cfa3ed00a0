package org.lexicographer.runtime.trace;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.Optional;

/** Where traces go. */
@ConfigMapping(prefix = "traces")
public interface TracesConfig {

    /**
     * The collector, which takes OTLP over HTTP below {@code /v1/traces}; without one, nothing is
     * traced.
     */
    Optional<URI> endpoint();
}
