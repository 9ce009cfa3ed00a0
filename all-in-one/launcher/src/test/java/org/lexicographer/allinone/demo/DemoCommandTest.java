package org.lexicographer.allinone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.lexicographer.allinone.TriedCommand;
import org.lexicographer.allinone.demo.DemoOptions.Existing;
import org.lexicographer.pipeline.run.RunSpec;

class DemoCommandTest {

    private static final Path HOME = Path.of("/checkout");

    private final TriedCommand<DemoOptions> command =
            new TriedCommand<>(run -> new DemoCommand(HOME, run));

    @Test
    void continuesInTheDefaultFolderWhenNothingIsSaid() {
        assertThat(command.execute()).isZero();
        assertThat(command.asked())
                .containsExactly(
                        new DemoOptions(
                                HOME.resolve(".demo"),
                                Existing.UNSAID,
                                false,
                                OptionalInt.empty()));
    }

    @Test
    void takesEveryOption() {
        assertThat(command.execute("--fresh", "--data", "/d/x", "--exit", "--steps=20")).isZero();
        assertThat(command.asked())
                .containsExactly(
                        new DemoOptions(
                                Path.of("/d/x"), Existing.REPLACE, true, OptionalInt.of(20)));
    }

    @Test
    void fewerStepsHaveTheScheduleInProportion() {
        RunSpec shorter = Demo.spec(95);

        assertThat(shorter.training().steps()).isEqualTo(95);
        assertThat(shorter.training().checkpointSteps()).isEqualTo(48);
        assertThat(shorter.toJson()).asString().contains("\"decayStart\":76");
    }

    @Test
    void resumesWhenToldTo() {
        assertThat(command.execute("--resume")).isZero();
        assertThat(command.asked())
                .extracting(DemoOptions::existing)
                .containsExactly(Existing.RESUME);
    }

    @Test
    void rejectsResumingAndReplacingAtOnce() {
        assertThat(command.execute("--resume", "--fresh")).isEqualTo(2);
        assertThat(command.printed())
                .contains("--resume, --fresh are mutually exclusive", "Usage: ./run demo");
    }

    @Test
    void rejectsWhatItDoesNotKnow() {
        assertThat(command.execute("--port")).isEqualTo(2);
        assertThat(command.printed()).contains("Unknown option: '--port'");
    }

    @Test
    void rejectsAMissingFolder() {
        assertThat(command.execute("--data")).isEqualTo(2);
        assertThat(command.printed()).contains("--data", "FOLDER");
    }

    @Test
    void theHelpThatIsShownIsItsOwn() throws Exception {
        command.assertHelpIsShown("demo");
    }
}
