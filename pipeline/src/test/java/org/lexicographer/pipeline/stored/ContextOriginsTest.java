package org.lexicographer.pipeline.stored;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.InvalidFieldsException;

class ContextOriginsTest {

    private static DocumentSpan span(int position, long document) {
        return new DocumentSpan(position, Optional.of("s3://b/k.jsonl"), document, 1, 0);
    }

    @Test
    void anAddressIsStoredOnceHoweverOftenItIsNamed() {
        ContextOrigins origins =
                new ContextOrigins(List.of(List.of(span(0, 4), span(3, 5)), List.of(span(0, 6))));

        String json = new String(origins.toJson(), UTF_8);

        assertThat(json).containsOnlyOnce("s3://b/k.jsonl");
        assertThat(ContextOrigins.read(origins.toJson())).isEqualTo(origins);
    }

    @Test
    void whatWasNotRecordedIsNotKnown() {
        ContextOrigins unknown = ContextOrigins.unknown(2);

        assertThat(unknown.of(1)).isEmpty();
        assertThat(unknown.areKnown()).isFalse();
        assertThat(new ContextOrigins(List.of(List.of(), List.of(span(0, 1)))).areKnown()).isTrue();
    }

    @Test
    void documentsStandInTheOrderOfTheirTokens() {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> new ContextOrigins(List.of(List.of(span(2, 4)))))
                .withMessageContaining("documents not in the order of their tokens");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> new ContextOrigins(List.of(List.of(span(0, 4), span(0, 5)))));
    }

    @Test
    void theFirstDocumentMayFollowATokenThatContextsBeginWith() {
        ContextOrigins origins = new ContextOrigins(List.of(List.of(span(1, 4), span(2, 5))));

        assertThat(ContextOrigins.read(origins.toJson())).isEqualTo(origins);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[0,0,7,8]",
                "[0,1,7,8,5]",
                "[0,-2,7,8,5]",
                "[4294967296,0,7,8,5]",
                "[0,0,-1,8,5]",
                "[0,0,7,0,5]",
                "[0,0,7,8,-5]",
                "[2,0,7,8,5]",
                "null"
            })
    void whatIsNoDocumentIsRefused(String numbers) {
        String json = "{\"shards\":[\"s3://b/k\"],\"contexts\":[[%s]]}".formatted(numbers);

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> ContextOrigins.read(json.getBytes(UTF_8)));
    }
}
