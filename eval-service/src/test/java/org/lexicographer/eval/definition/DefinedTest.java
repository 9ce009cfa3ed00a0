package org.lexicographer.eval.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.latent.result.StatisticsDefinition;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.eval.nearest.NearestDefinition;

class DefinedTest {

    @Test
    void everyFigureHasAnIdOfItsOwnAndIsExplained() {
        // Given
        List<Definition> all =
                Stream.<Defined[]>of(
                                MetricDefinition.values(),
                                StatisticsDefinition.values(),
                                NearestDefinition.values())
                        .flatMap(figures -> Defined.definitions(figures).stream())
                        .toList();

        // Then
        assertThat(all).extracting(Definition::id).doesNotHaveDuplicates();
        assertThat(all)
                .allSatisfy(
                        figure -> {
                            assertThat(figure.id()).matches("[a-zA-Z0-9_-]+");
                            assertThat(figure.version()).isPositive();
                            assertThat(figure.unit()).isNotBlank();
                            assertThat(figure.formula()).isNotBlank();
                            assertThat(figure.over()).isNotBlank();
                            assertThat(figure.source()).isNotBlank();
                        });
    }
}
