package org.lexicographer.eval.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.Evaluation.Metric;

class MetricLineTest {

    private static Evaluation evaluation(String text, Metric... metrics) {
        return new Evaluation(
                DictionaryId.parse("demo/layers.0.mlp.out/standard"),
                10,
                true,
                text,
                6,
                96,
                List.of(metrics));
    }

    @Test
    void figuresOfOneDefinitionShareALine() {
        // When
        List<MetricLine> lines =
                MetricLine.of(
                        List.of(
                                evaluation(
                                        "held-out",
                                        new Metric("l0", 1, 3),
                                        new Metric("mse", 1, 2)),
                                evaluation("poem", new Metric("l0", 1, 4))));

        // Then
        assertThat(lines).extracting(MetricLine::id).containsExactly("mse", "l0");
        assertThat(lines.getFirst().definition()).contains(MetricDefinition.MSE.definition());
        assertThat(lines.getFirst().values()).containsExactly(Optional.of(2.0), Optional.empty());
        assertThat(lines.getLast().values()).containsExactly(Optional.of(3.0), Optional.of(4.0));
    }

    @Test
    void aFigureOfAnotherVersionHasALineOfItsOwnWithoutADefinition() {
        // When
        List<MetricLine> lines =
                MetricLine.of(
                        List.of(
                                evaluation("held-out", new Metric("mse", 1, 2)),
                                evaluation("poem", new Metric("mse", 99, 5))));

        // Then
        assertThat(lines)
                .extracting(MetricLine::version, line -> line.definition().isPresent())
                .containsExactly(tuple(1, true), tuple(99, false));
    }
}
