package org.lexicographer.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReasonTest {

    @Test
    void namesEveryCauseOnceOutermostFirst() {
        // Given
        Exception root = new IllegalStateException("PKIX path building failed");
        Exception middle = new IllegalStateException(root.toString(), root);
        Exception outer = new IllegalStateException("SSL handshake failed", middle);

        // When
        String reason = Reason.of(outer);

        // Then
        assertThat(reason).isEqualTo("SSL handshake failed: PKIX path building failed");
    }

    @Test
    void aMessageThatEndsWithItsCauseIsNotCutDownToIt() {
        // Given
        Exception cause = new IllegalStateException("no directory");
        Exception outer = new IllegalStateException("zip not readable: reason=no directory", cause);

        // When
        String reason = Reason.of(outer);

        // Then
        assertThat(reason).isEqualTo("zip not readable: reason=no directory");
    }

    @Test
    void anExceptionWithoutMessageIsNamedByItsKind() {
        assertThat(Reason.of(new IllegalArgumentException())).isEqualTo("IllegalArgumentException");
    }

    @Test
    void anExceptionThatCausesItselfIsNamedOnce() {
        // Given
        Exception first = new IllegalStateException("first");
        Exception second = new IllegalStateException("second", first);
        first.initCause(second);

        // When
        String reason = Reason.of(first);

        // Then
        assertThat(reason).isEqualTo("first: second");
    }
}
