package org.lexicographer.activation.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceScopeTest {

    private final List<String> closed = new ArrayList<>();
    private final ResourceScope scope = new ResourceScope();

    private void failWhenClosed(String name) {
        closed.add(name);
        throw new IllegalStateException(name);
    }

    @Test
    void closesTheLastFirstAndEachOnce() {
        // Given
        scope.own("a", closed::add);
        scope.own("b", closed::add);

        // When
        scope.close();
        scope.close();

        // Then
        assertThat(closed).containsExactly("b", "a");
    }

    @Test
    void closesAllWhateverHappensAndKeepsTheFirstFailure() {
        // Given
        scope.own("a", this::failWhenClosed);
        scope.own("b", closed::add);
        scope.own("c", this::failWhenClosed);

        // Then
        assertThatThrownBy(scope::close)
                .hasMessage("c")
                .satisfies(
                        e ->
                                assertThat(e.getSuppressed())
                                        .singleElement()
                                        .hasToString("java.lang.IllegalStateException: a"));
        assertThat(closed).containsExactly("c", "b", "a");
    }

    @Test
    void whatLedToClosingStaysTheFirstFailure() {
        // Given
        IllegalArgumentException first = new IllegalArgumentException("first");
        scope.own("a", this::failWhenClosed);

        // When
        scope.closeAfter(first);

        // Then
        assertThat(first.getSuppressed()).singleElement().matches(e -> e.getMessage().equals("a"));
    }
}
