package org.lexicographer.runtime.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing.Span;
import org.lexicographer.testing.SpanReceiver;
import org.lexicographer.testing.SpanReceiver.ReceivedSpan;

class OtlpTracingTest {

    private static final TraceParent ELSEWHERE =
            new TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    private static final TraceParent NOT_KEPT =
            new TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");

    private final SpanReceiver receiver = SpanReceiver.start();

    @AfterEach
    void stopReceiving() {
        receiver.close();
    }

    private OtlpTracing tracing() {
        return OtlpTracing.to(receiver.endpoint(), "trainer-service", "test");
    }

    @Test
    void aSpanGoesOnWithTheTraceOfWhatItIsDoneFor() {
        // When
        TraceParent first;
        try (OtlpTracing tracing = tracing()) {
            Span begun = tracing.begin("token-blocks write", List.of(), Map.of("run", "a"));
            first = begun.place().orElseThrow();
            tracing.begin("activation-blocks extract", List.of(first, ELSEWHERE), Map.of()).close();
            begun.close();
        }

        // Then
        assertThat(receiver.spans())
                .extracting(ReceivedSpan::service)
                .containsOnly("trainer-service");
        assertThat(receiver.spans())
                .extracting(ReceivedSpan::name, ReceivedSpan::trace, ReceivedSpan::parent)
                .containsExactlyInAnyOrder(
                        tuple("token-blocks write", first.trace(), ""),
                        tuple("activation-blocks extract", first.trace(), first.span()));
        assertThat(receiver.spans())
                .filteredOn(span -> span.name().equals("activation-blocks extract"))
                .singleElement()
                .satisfies(span -> assertThat(span.links()).containsExactly(ELSEWHERE.span()));
    }

    @Test
    void whatIsNotKeptElsewhereIsNotKeptHere() {
        try (OtlpTracing tracing = tracing();
                Span span = tracing.begin("dictionaries step", List.of(NOT_KEPT), Map.of())) {
            assertThat(span.place().map(TraceParent::flags)).contains("00");
        }

        assertThat(receiver.spans()).isEmpty();
    }

    @Test
    void aCollectorThatIsAwayIsNotWaitedFor() {
        try (OtlpTracing tracing =
                        OtlpTracing.to(URI.create("http://127.0.0.1:1"), "service", "test");
                Span span = tracing.begin("dictionaries step", List.of(), Map.of())) {
            assertThat(span.place()).isPresent();
        }
    }
}
