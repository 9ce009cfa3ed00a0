package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.Evaluation.Metric;

class ResultsTableTest {

    @Test
    void hasALinePerDictionaryInModelOrder() {
        // Given
        Evaluation deep = evaluation("demo/layers.10.mlp.out/standard");
        Evaluation shallow = evaluation("demo/layers.2.mlp.out/standard");

        // When
        List<String> lines = ResultsTable.lines(List.of(deep, shallow));

        // Then
        assertThat(lines.subList(2, 4))
                .containsExactly(
                        "| layers.2.mlp.out standard  |  0.01234 |   5.500 |  36.0 |    90.0 |"
                                + "             98.7 |",
                        "| layers.10.mlp.out standard |  0.01234 |   5.500 |  36.0 |    90.0 |"
                                + "             98.7 |");
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSameSizeAs(lines.getFirst()));
    }

    private static Evaluation evaluation(String dictionary) {
        return new Evaluation(
                DictionaryId.parse(dictionary),
                950,
                true,
                Evaluation.HELD_OUT,
                128,
                32768,
                List.of(
                        new Metric("mse", 1, 0.01234),
                        new Metric("l1", 1, 5.5),
                        new Metric("l0", 1, 36),
                        new Metric("fraction_alive_8192", 1, 0.9),
                        new Metric("loss_recovered", 1, 0.987)));
    }
}
