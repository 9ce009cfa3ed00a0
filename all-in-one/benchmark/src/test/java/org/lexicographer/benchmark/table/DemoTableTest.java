package org.lexicographer.benchmark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.benchmark.contender.ContenderException;
import org.lexicographer.benchmark.contender.Contenders;
import org.lexicographer.benchmark.measure.Comparison;
import org.lexicographer.benchmark.report.Row;

/** The table of whole demos, with programs that do nothing but print. */
class DemoTableTest {

    @TempDir private Path scripts;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Row row(String own, Optional<Path> interpreter) {
        try (Contenders contenders =
                new Contenders(() -> interpreter, scripts, new PrintStream(err))) {
            Bench bench = new Bench(new Comparison(0, 1), contenders, new PrintStream(err));
            return new DemoTable(List.of("sh", "-c", own), "demo.py", "{}", 40)
                    .measure(bench)
                    .getFirst()
                    .rows()
                    .getFirst();
        }
    }

    @Test
    void bothAreTimedToTheirTables() throws IOException {
        Files.writeString(scripts.resolve("demo.py"), "echo told \"$1\"; echo '| a row |'");

        Row row = row("echo starting; echo '| a row |'", Optional.of(Path.of("sh")));

        double own = row.measured().get("lexicographer").median();
        double peer = row.measured().get("dictionary_learning").median();
        assertThat(row.title()).isEqualTo("the demo, 40 steps");
        assertThat(row.ratios().get("times faster than dictionary_learning").median())
                .isEqualTo(peer / own);
        assertThat(err.toString()).contains("starting", "told {}");
    }

    @Test
    void withoutPythonTheDemoIsTimedAlone() {
        Row row = row("echo '| a row |'", Optional.empty());

        assertThat(row.measured()).containsOnlyKeys("lexicographer");
        assertThat(row.ratios()).isEmpty();
    }

    @Test
    void aProgramWithoutATableIsNamed() {
        assertThatThrownBy(() -> row("echo all went wrong; exit 3", Optional.empty()))
                .isInstanceOf(ContenderException.class)
                .hasMessageContaining("no table: ")
                .hasMessageContaining("exit status=3");
    }
}
