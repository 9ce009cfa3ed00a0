package org.lexicographer.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.pipeline.Json;

class ReportTest {

    private static final Machine MACHINE = new Machine("AMD EPYC", 2, "Linux 6", "25.0.1");

    private static final Row COMPARED =
            new Row(
                    "topK",
                    ordered("ours, ms", List.of(500.0, 510.0, 520.0), "peer, ms", List.of(1828.0)),
                    Map.of("times faster than peer", Samples.of(List.of(3.5, 3.5))));

    private static final Row ALONE =
            new Row("standard", Map.of("ours, ms", Samples.of(List.of(0.123456))), Map.of());

    private static Map<String, Samples> ordered(
            String first, List<Double> ofFirst, String second, List<Double> ofSecond) {
        Map<String, Samples> columns = new LinkedHashMap<>();
        columns.put(first, Samples.of(ofFirst));
        columns.put(second, Samples.of(ofSecond));
        return columns;
    }

    private static Report report(Row... rows) {
        return new Report("step", MACHINE, List.of(new Table("A step", List.of(rows))));
    }

    @Test
    void aTableHasMediansWithQuartilesAndRatiosLast() {
        assertThat(report(COMPARED).markdown())
                .isEqualTo(
                        """
                        A step

                        |  | ours, ms | peer, ms | times faster than peer |
                        |---|---|---|---|
                        | topK | 510 (505 to 515) | 1,828 | 3.50 (3.50 to 3.50) |

                        AMD EPYC, 2 cores, Linux 6, Java 25.0.1
                        """);
    }

    @Test
    void whatWasMeasuredAloneLeavesThePeersCellsEmpty() {
        assertThat(report(COMPARED, ALONE).markdown()).contains("| standard | 0.123 |  |  |\n");
    }

    @Test
    void jsonHasEverySample() {
        JsonNode json = Json.tree(report(COMPARED).json());

        JsonNode ours = json.at("/tables/0/rows/0/measured").path("ours, ms");
        assertThat(ours.path("samples")).hasSize(3);
        assertThat(ours.path("median").asDouble()).isEqualTo(510);
        assertThat(json.at("/machine/cores").asInt()).isEqualTo(2);
    }
}
