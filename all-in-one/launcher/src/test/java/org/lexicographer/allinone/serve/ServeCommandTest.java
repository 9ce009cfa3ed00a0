package org.lexicographer.allinone.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.lexicographer.allinone.TriedCommand;

class ServeCommandTest {

    private static final Path HOME = Path.of("/checkout");

    private final TriedCommand<Path> command =
            new TriedCommand<>(run -> new ServeCommand(HOME, run));

    @Test
    void servesTheDefaultFolderWhenNothingIsSaid() {
        assertThat(command.execute()).isZero();
        assertThat(command.asked()).containsExactly(HOME.resolve(".serve"));
    }

    @Test
    void servesTheFolderThatIsNamed() {
        assertThat(command.execute("--data", "/d/x")).isZero();
        assertThat(command.asked()).containsExactly(Path.of("/d/x"));
    }

    @Test
    void rejectsWhatItDoesNotKnow() {
        assertThat(command.execute("--fresh")).isEqualTo(2);
        assertThat(command.printed()).contains("Unknown option: '--fresh'");
    }

    @Test
    void theHelpThatIsShownIsItsOwn() throws Exception {
        command.assertHelpIsShown("serve");
    }
}
