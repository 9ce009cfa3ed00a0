package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricDefinitionTest {

    @Test
    void everyFigureHasAnIdOfItsOwnAndIsExplained() {
        // Given
        MetricDefinition[] all = MetricDefinition.values();

        // When
        Stream<String> ids = Stream.of(all).map(MetricDefinition::id);

        // Then
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z0-9_]+"));
        assertThat(all)
                .allSatisfy(
                        metric -> {
                            assertThat(metric.version()).isPositive();
                            assertThat(metric.unit()).isNotBlank();
                            assertThat(metric.formula()).isNotBlank();
                            assertThat(metric.over()).isNotBlank();
                            assertThat(metric.source()).isNotBlank();
                        });
    }
}
