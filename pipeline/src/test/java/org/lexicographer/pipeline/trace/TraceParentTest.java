package org.lexicographer.pipeline.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

    /** The example of W3C's recommendation. */
    private static final TraceParent PLACE =
            new TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    @Test
    void comesOutOfHeadersAsItWentIn() {
        RecordHeaders headers = new RecordHeaders();
        PLACE.addTo(headers);

        assertThat(TraceParent.of(headers)).contains(PLACE);
        assertThat(PLACE.trace()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(PLACE.span()).isEqualTo("00f067aa0ba902b7");
        assertThat(PLACE.flags()).isEqualTo("01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void whatIsOfAnotherFormSaysNothing(String text) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(TraceParent.HEADER, text.getBytes(US_ASCII));

        assertThat(TraceParent.of(headers)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new TraceParent(text));
    }

    @Test
    void whatIsNotTracedHereGoesOnElsewhere() {
        try (Tracing.Span span = Tracing.NONE.begin("anything", List.of(PLACE), Map.of())) {
            assertThat(span.place()).contains(PLACE);
        }
        assertThat(Tracing.NONE.begin("anything", List.of(), Map.of()).place()).isEmpty();
    }
}
