package org.lexicographer.allinone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.allinone.demo.DemoOptions.Existing;
import picocli.CommandLine;

class DemoCommandTest {

    private static final Path HOME = Path.of("/checkout");

    private final List<DemoOptions> asked = new ArrayList<>();
    private final StringWriter printed = new StringWriter();
    private final CommandLine command =
            DemoCommand.of(
                            HOME,
                            options -> {
                                asked.add(options);
                                return 0;
                            })
                    .setOut(new PrintWriter(printed, true))
                    .setErr(new PrintWriter(printed, true));

    @Test
    void continuesInTheDefaultFolderWhenNothingIsSaid() {
        assertThat(command.execute()).isZero();
        assertThat(asked)
                .containsExactly(new DemoOptions(HOME.resolve(".demo"), Existing.UNSAID, false));
    }

    @Test
    void takesEveryOption() {
        assertThat(command.execute("--fresh", "--data", "/d/x", "--exit")).isZero();
        assertThat(asked).containsExactly(new DemoOptions(Path.of("/d/x"), Existing.REPLACE, true));
    }

    @Test
    void resumesWhenToldTo() {
        assertThat(command.execute("--resume")).isZero();
        assertThat(asked).extracting(DemoOptions::existing).containsExactly(Existing.RESUME);
    }

    @Test
    void rejectsResumingAndReplacingAtOnce() {
        assertThat(command.execute("--resume", "--fresh")).isEqualTo(2);
        assertThat(printed.toString())
                .contains("--resume, --fresh are mutually exclusive", "Usage: ./run demo");
    }

    @Test
    void rejectsWhatItDoesNotKnow() {
        assertThat(command.execute("--port")).isEqualTo(2);
        assertThat(printed.toString()).contains("Unknown option: '--port'");
    }

    @Test
    void rejectsAMissingFolder() {
        assertThat(command.execute("--data")).isEqualTo(2);
        assertThat(printed.toString()).contains("--data", "FOLDER");
    }

    /** {@code ./run demo --help} shows this file, since it is to work before anything is built. */
    @Test
    void theHelpThatIsShownIsItsOwn() throws Exception {
        // When
        int status = command.execute("--help");

        // Then
        Path shown = Path.of(System.getProperty(Demo.HOME)).resolve("docs/help/demo.txt");
        assertThat(status).isZero();
        assertThat(printed).hasToString(Files.readString(shown));
    }
}
