package org.lexicographer.eval.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;

class PlainTableTest {

    private static TableRow row(String site, Optional<Double> recovered) {
        return new TableRow(
                Site.parse(site),
                "standard",
                950,
                true,
                32768,
                Optional.of(0.0031416),
                Optional.of(6.129),
                Optional.of(36.4),
                Optional.of(0.9),
                Optional.of(0.877),
                recovered);
    }

    @Test
    void alignsItsColumns() {
        // Given
        List<TableRow> rows =
                List.of(
                        row("layers.0.mlp.out", Optional.of(0.98412)),
                        row("layers.10.mlp.out", Optional.empty()));

        // When
        String table = PlainTable.of(rows);

        // Then
        assertThat(table)
                .isEqualTo(
                        """
                        site               recipe         MSE    L1     L0  % alive  % loss recovered
                        layers.0.mlp.out   standard  0.003142  6.13  36.40     87.7              98.4
                        layers.10.mlp.out  standard  0.003142  6.13  36.40     87.7                 -
                        """);
    }
}
