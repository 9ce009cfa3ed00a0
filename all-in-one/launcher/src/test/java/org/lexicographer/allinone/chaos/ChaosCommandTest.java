package org.lexicographer.allinone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.allinone.demo.Demo;
import picocli.CommandLine;

class ChaosCommandTest {

    private static final Path FOLDER = Path.of("folder");

    private final List<ChaosOptions> asked = new ArrayList<>();
    private final StringWriter printed = new StringWriter();
    private final CommandLine command =
            ChaosCommand.of(
                            FOLDER,
                            options -> {
                                asked.add(options);
                                return 0;
                            })
                    .setOut(new PrintWriter(printed, true))
                    .setErr(new PrintWriter(printed, true));

    @Test
    void readsEveryOption() {
        // Given
        String all = "--kills 7 --seed -8 --activation-replicas 3 --trainer-replicas 2 --outage 60";

        // When
        int status = command.execute(all.split(" "));

        // Then
        assertThat(status).isZero();
        assertThat(asked).containsExactly(new ChaosOptions(7, -8, 3, 2, 60, FOLDER));
    }

    @Test
    void killsTwentyTimesWhereNothingIsSaid() {
        assertThat(command.execute()).isZero();
        assertThat(asked).containsExactly(new ChaosOptions(20, 0, 1, 1, 0, FOLDER));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "--kill 7, '--kill'",
                "--kills, Missing required parameter for option '--kills'",
                "--seed x, 'x' is not a long",
                "--outage -1, outage=-1"
            })
    void saysWhatIsWrong(String arguments, String message) {
        assertThat(command.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(printed.toString()).contains(message);
        assertThat(asked).isEmpty();
    }

    /** {@code ./run chaos --help} shows this file, since it is to work before anything is built. */
    @Test
    void theHelpThatIsShownIsItsOwn() throws Exception {
        // When
        int status = command.execute("--help");

        // Then
        Path shown = Path.of(System.getProperty(Demo.HOME)).resolve("docs/help/chaos.txt");
        assertThat(status).isZero();
        assertThat(printed).hasToString(Files.readString(shown));
    }
}
