package org.lexicographer.allinone.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.allinone.TriedCommand;
import org.lexicographer.allinone.load.LoadOptions.Kind;

class LoadCommandTest {

    private static final Path FOLDER = Path.of("folder");

    private final TriedCommand<LoadOptions> command =
            new TriedCommand<>(run -> new LoadCommand(FOLDER, run));

    @Test
    void readsEveryOption() {
        // Given
        String all =
                "known pages --url http://there:8084 --run demo --seconds 3 --warm-up 2"
                        + " --connections 4 --runs 5 --work --replicas 6 --shards 7";

        // When
        int status = command.execute(all.split(" "));

        // Then
        assertThat(status).isZero();
        assertThat(command.asked())
                .containsExactly(
                        new LoadOptions(
                                List.of(Kind.known, Kind.pages),
                                Optional.of("http://there:8084/"),
                                Optional.of("demo"),
                                3,
                                2,
                                4,
                                5,
                                true,
                                6,
                                7,
                                FOLDER));
    }

    @Test
    void asksForAMinuteWhereNothingIsSaid() {
        assertThat(command.execute("evaluations")).isZero();
        assertThat(command.asked())
                .containsExactly(
                        new LoadOptions(
                                List.of(Kind.evaluations),
                                Optional.empty(),
                                Optional.empty(),
                                60,
                                15,
                                16,
                                200,
                                false,
                                1,
                                10_000,
                                FOLDER));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "--seconds 7, Missing required parameter: 'WHAT'",
                "walks, 'walks'",
                "pages --seconds 0, seconds=0",
                "runs --runs 0, runs=0",
                "pages runs --url http://there, found=[pages~ runs]"
            })
    void saysWhatIsWrong(String arguments, String message) {
        assertThat(command.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(command.printed()).contains(message.replace('~', ','));
        assertThat(command.asked()).isEmpty();
    }

    @Test
    void theHelpThatIsShownIsItsOwn() throws Exception {
        command.assertHelpIsShown("load");
    }
}
