package org.lexicographer.allinone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.allinone.TriedCommand;

class ChaosCommandTest {

    private static final Path FOLDER = Path.of("folder");

    private final TriedCommand<ChaosOptions> command =
            new TriedCommand<>(run -> new ChaosCommand(FOLDER, run));

    @Test
    void readsEveryOption() {
        // Given
        String all =
                "--kills 7 --seed -8 --stages 2 --activation-replicas 3 --trainer-replicas 2"
                        + " --outage 60 --faults=delay,half-open,full-log --previous /before";

        // When
        int status = command.execute(all.split(" "));

        // Then
        assertThat(status).isZero();
        assertThat(command.asked())
                .containsExactly(
                        new ChaosOptions(
                                7,
                                -8,
                                2,
                                3,
                                2,
                                60,
                                List.of(Fault.DELAY, Fault.HALF_OPEN, Fault.FULL_LOG),
                                Optional.of(Path.of("/before")),
                                FOLDER));
    }

    @Test
    void killsTwentyTimesWhereNothingIsSaid() {
        assertThat(command.execute()).isZero();
        assertThat(command.asked())
                .containsExactly(
                        new ChaosOptions(20, 0, 1, 1, 1, 0, List.of(), Optional.empty(), FOLDER));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "--kill 7, '--kill'",
                "--kills, Missing required parameter for option '--kills'",
                "--seed x, 'x' is not a long",
                "--outage -1, outage=-1",
                "--faults thirst, 'thirst'",
                "--stages 5, stages=5"
            })
    void saysWhatIsWrong(String arguments, String message) {
        assertThat(command.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(command.printed()).contains(message);
        assertThat(command.asked()).isEmpty();
    }

    @Test
    void theHelpThatIsShownIsItsOwn() throws Exception {
        command.assertHelpIsShown("chaos");
    }
}
