package org.lexicographer.runtime.trace;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.lexicographer.pipeline.trace.Tracing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traces where a collector is named; nothing of OpenTelemetry is loaded else. */
@Singleton
public final class TracingBeans {

    private static final Logger LOG = LoggerFactory.getLogger(TracingBeans.class);

    @Produces
    @Singleton
    Tracing tracing(
            TracesConfig config,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        if (config.endpoint().isEmpty()) {
            return Tracing.NONE;
        }
        LOG.info("traces: endpoint={}", config.endpoint().get());
        return OtlpTracing.to(config.endpoint().get(), service, version);
    }

    void close(@Disposes Tracing tracing) {
        if (tracing instanceof OtlpTracing otlp) {
            otlp.close();
        }
    }
}
