package org.lexicographer.benchmark.contender;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.benchmark.measure.Comparison;
import org.lexicographer.benchmark.measure.Rounds;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;

/** Peers that are shell scripts stand in for those in Python. */
class LineupTest {

    private static final StepWork WORK =
            StepWork.of("topK", new StepSize(64, 16, 128, 8), Place.cpu(1));

    /** Keeps what it was told, and how often it was started. */
    private static final String OBEDIENT =
            """
            cd "$(dirname "$0")"
            echo started >>starts
            while read -r line; do
              case $line in
                {*) echo "$line" >told; echo '{"name": "peer"}' ;;
                *) echo '{"milliseconds": 5}' ;;
              esac
            done
            """;

    @TempDir private Path scripts;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Contenders contenders() {
        return new Contenders(() -> Optional.of(Path.of("sh")), scripts, new PrintStream(err));
    }

    private void script(String text) throws Exception {
        Files.writeString(scripts.resolve("peer"), text);
    }

    @Test
    void aPeerWorksOnceForEachRound() throws Exception {
        script(OBEDIENT);

        try (Contenders contenders = contenders();
                Lineup lineup = contenders.lineup()) {
            lineup.peer("peer", WORK, ", 1 thread");
            Rounds rounds = lineup.race(new Comparison(1, 3));

            assertThat(lineup.namesByType()).containsExactly(List.of("peer, 1 thread"));
            assertThat(rounds.times("peer, 1 thread").values()).containsExactly(5, 5, 5);
        }
    }

    @Test
    void aPeerIsToldTheWork() throws Exception {
        script(OBEDIENT);

        try (Contenders contenders = contenders();
                Lineup lineup = contenders.lineup()) {
            lineup.peer("peer", WORK, "");
        }

        assertThat(scripts.resolve("told"))
                .content()
                .contains("\"recipes\":[\"topK\"]")
                .contains("\"size\":{\"batchSize\":64,")
                .contains("\"place\":{\"device\":\"cpu\",\"threads\":1,");
    }

    @Test
    void aPeerIsStartedOnceForLineupsInTurn() throws Exception {
        script(OBEDIENT);

        try (Contenders contenders = contenders()) {
            for (int turn = 0; turn < 3; turn++) {
                try (Lineup lineup = contenders.lineup()) {
                    lineup.peer("peer", WORK, "");
                }
            }
        }

        assertThat(scripts.resolve("starts")).hasContent("started");
    }

    @Test
    void peersOfOneLineupWorkSideBySide() throws Exception {
        script(OBEDIENT);

        try (Contenders contenders = contenders();
                Lineup lineup = contenders.lineup()) {
            lineup.peer("peer", WORK, " a");
            lineup.peer("peer", WORK, " b");

            assertThat(lineup.namesByType()).containsExactly(List.of("peer a", "peer b"));
        }
    }

    @Test
    void aPeerThatEndsBeforeItIsReadyIsLeftOut() throws Exception {
        assertLeftOut("exit 1", "program has ended");
    }

    @Test
    void aPeerThatFailsAtItsFirstWorkIsLeftOut() throws Exception {
        assertLeftOut(
                "read -r work; echo '{\"name\": \"peer\"}'; read -r order", "program has ended");
    }

    @Test
    void aPeerThatSaysSomethingElseIsLeftOut() throws Exception {
        assertLeftOut("read -r work; echo '{\"greeting\": \"hello\"}'", "expected=name");
    }

    private void assertLeftOut(String script, String reason) throws Exception {
        script(script);

        try (Contenders contenders = contenders();
                Lineup lineup = contenders.lineup()) {
            assertThat(lineup.peer("peer", WORK, "")).isEmpty();
            assertThat(lineup.namesByType()).isEmpty();
            assertThat(err.toString(UTF_8)).startsWith("without a peer: ").contains(reason);
        }
    }

    @Test
    void withoutAnInterpreterThereIsNoPeer() {
        try (Contenders alone = new Contenders(Optional::empty, scripts, new PrintStream(err));
                Lineup nobody = alone.lineup()) {
            nobody.peer("peer", WORK, "");

            assertThat(nobody.namesByType()).isEmpty();
        }
    }
}
