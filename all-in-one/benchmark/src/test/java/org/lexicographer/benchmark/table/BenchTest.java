package org.lexicographer.benchmark.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.benchmark.contender.Contenders;
import org.lexicographer.benchmark.contender.Lineup;
import org.lexicographer.benchmark.measure.Comparison;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;

/** Peers that are shell scripts stand in for all contenders. */
class BenchTest {

    private static final StepWork WORK =
            StepWork.of("topK", new StepSize(64, 16, 128, 8), Place.cpu(1));

    @TempDir private Path scripts;

    private final PrintStream err = new PrintStream(new ByteArrayOutputStream());

    /** Writes a contender that takes as long as is said for everything. */
    private void write(String name, int milliseconds) throws Exception {
        Files.writeString(
                scripts.resolve(name),
                """
                while read -r line; do
                  case $line in
                    {*) echo '{"name": "%s"}' ;;
                    *) echo '{"milliseconds": %d}' ;;
                  esac
                done
                """
                        .formatted(name, milliseconds));
    }

    /** Four contenders in two types, as on a GPU. */
    private static void inTwoTypes(Lineup lineup) {
        lineup.peer("ours", WORK, "");
        lineup.peer("peer", WORK, "");
        lineup.peer("half", WORK.inHalf(), ", bfloat16");
        lineup.peer("cast", WORK.inHalf(), ", bfloat16 autocast");
    }

    @Test
    void contendersAreComparedWithinOneType() throws Exception {
        write("ours", 10);
        write("peer", 20);
        write("half", 4);
        write("cast", 12);

        try (Contenders contenders =
                new Contenders(() -> Optional.of(Path.of("sh")), scripts, err)) {
            Bench bench = new Bench(new Comparison(0, 2), contenders, err);
            Bench.Race race = bench.race("steps", BenchTest::inTwoTypes);

            for (Row row : List.of(race.milliseconds("steps"), race.rates("steps", 1, "steps"))) {
                assertThat(row.ratios().keySet())
                        .containsExactly(
                                "times faster than peer",
                                "times faster than cast, bfloat16 autocast");
                assertThat(row.ratios().values())
                        .extracting(ratio -> ratio.median())
                        .containsExactly(2.0, 3.0);
                assertThat(row.measured()).hasSize(4);
            }
        }
    }

    @Test
    void whatIsAloneInItsTypeIsComparedWithNobody() throws Exception {
        write("ours", 10);
        write("cast", 12);

        try (Contenders contenders =
                new Contenders(() -> Optional.of(Path.of("sh")), scripts, err)) {
            Bench bench = new Bench(new Comparison(0, 1), contenders, err);
            Bench.Race race = bench.race("steps", BenchTest::inTwoTypes);

            assertThat(race.milliseconds("steps").ratios()).isEmpty();
        }
    }
}
