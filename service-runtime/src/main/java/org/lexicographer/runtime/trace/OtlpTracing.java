package org.lexicographer.runtime.trace;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;

/**
 * Sends spans to a collector, many at a time and on a thread of their own. A collector that is away
 * is not waited for: its spans are lost, and nothing else.
 */
final class OtlpTracing implements Tracing, AutoCloseable {

    /** A service that leaves has little time. */
    private static final long FLUSHED_WITHIN_SECONDS = 2;

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    private OtlpTracing(SdkTracerProvider provider) {
        this.provider = requireNonNull(provider, "provider is null");
        this.tracer = provider.get("org.lexicographer");
    }

    /**
     * Connects when there is something to send.
     *
     * @param collector the address of the collector
     * @param service whose spans they are
     */
    static OtlpTracing to(URI collector, String service, String version) {
        String address = collector.toString().replaceFirst("/*$", "") + "/v1/traces";
        Resource resource =
                Resource.create(
                        Attributes.of(
                                AttributeKey.stringKey("service.name"), service,
                                AttributeKey.stringKey("service.version"), version));
        return new OtlpTracing(
                SdkTracerProvider.builder()
                        .setResource(resource)
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(
                                                OtlpHttpSpanExporter.builder()
                                                        .setEndpoint(address)
                                                        .build())
                                        .build())
                        .build());
    }

    @Override
    public Span begin(String name, List<TraceParent> parents, Map<String, Object> attributes) {
        SpanBuilder builder = tracer.spanBuilder(name).setNoParent();
        builder.setAllAttributes(attributes(attributes));
        parents.stream()
                .findFirst()
                .ifPresent(parent -> builder.setParent(Context.root().with(of(parent))));
        parents.stream().skip(1).forEach(other -> builder.addLink(of(other).getSpanContext()));
        return new OpenSpan(builder.startSpan());
    }

    private static io.opentelemetry.api.trace.Span of(TraceParent place) {
        return io.opentelemetry.api.trace.Span.wrap(
                SpanContext.createFromRemoteParent(
                        place.trace(),
                        place.span(),
                        TraceFlags.fromHex(place.flags(), 0),
                        TraceState.getDefault()));
    }

    private static Attributes attributes(Map<String, Object> attributes) {
        AttributesBuilder builder = Attributes.builder();
        attributes.forEach(
                (key, value) -> {
                    if (value instanceof Number number) {
                        builder.put(key, number.longValue());
                    } else {
                        builder.put(key, value.toString());
                    }
                });
        return builder.build();
    }

    /** Sends what is left. */
    @Override
    public void close() {
        provider.shutdown().join(FLUSHED_WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    private record OpenSpan(io.opentelemetry.api.trace.Span span) implements Span {

        @Override
        public Optional<TraceParent> place() {
            SpanContext context = span.getSpanContext();
            return Optional.of(
                    new TraceParent(
                            "00-%s-%s-%s"
                                    .formatted(
                                            context.getTraceId(),
                                            context.getSpanId(),
                                            context.getTraceFlags().asHex())));
        }

        @Override
        public void close() {
            span.end();
        }
    }
}
