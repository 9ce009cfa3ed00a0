package org.lexicographer.allinone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.account.RunAccount;

class ResultsTableTest {

    @Test
    void hasALinePerDictionaryInModelOrder() {
        // Given
        ResultRow deep = row("layers.10.mlp.out");
        ResultRow shallow = row("layers.2.mlp.out");

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

    @Test
    void readsARowOfTheEvaluationServicesTable() {
        // Given
        String json =
                """
                {"site": "layers.0.mlp.out", "recipe": "r", "step": 9, "final": true,
                 "tokens": 512, "mse": 0.5, "l1": 2.5, "l0": 8.0, "fractionAlive": 0.75,
                 "fractionAlive8192": 0.5, "lossRecovered": 0.875}
                """;

        // When
        ResultRow row = ResultRow.of(Json.tree(json.getBytes(StandardCharsets.UTF_8)));

        // Then
        Site site = Site.parse("layers.0.mlp.out");
        assertThat(row).isEqualTo(new ResultRow(site, "r", true, 512, 0.5, 2.5, 8.0, 0.5, 0.875));
    }

    @Test
    void saysWhatTheDictionariesWereNotTrainedOn() {
        LeftOutReason line =
                new LeftOutReason(1, "s3://b/a.jsonl", Optional.of(7L), "line is not JSON");
        DatasetAccount dataset = new DatasetAccount(1, 4, 1, 0, 4, 4, List.of(line));

        assertThat(ResultsTable.leftOut(new RunAccount(dataset, Map.of())))
                .containsExactly(
                        "Left out of the dataset: 1 of 2 shards, 4 of 8 documents."
                                + " First reasons:",
                        "  s3://b/a.jsonl, line 7: line is not JSON");
        assertThat(ResultsTable.leftOut(new RunAccount(DatasetAccount.EMPTY, Map.of()))).isEmpty();
    }

    private static ResultRow row(String site) {
        return new ResultRow(
                Site.parse(site), "standard", true, 32768, 0.01234, 5.5, 36, 0.9, 0.987);
    }
}
