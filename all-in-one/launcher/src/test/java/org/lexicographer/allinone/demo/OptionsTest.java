package org.lexicographer.allinone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.allinone.demo.Options.Existing;

class OptionsTest {

    private static final Path DEFAULT = Path.of("/checkout/.demo");

    @Test
    void servesOnWithTheDefaultFolderWhenNothingIsSaid() {
        // When
        Options options = Options.parse(DEFAULT, List.of());

        // Then
        assertThat(options).isEqualTo(new Options(DEFAULT, Existing.UNSAID, false));
    }

    @Test
    void takesEveryOption() {
        // When
        Options options = Options.parse(DEFAULT, List.of("--fresh", "--data", "/d/x", "--exit"));

        // Then
        assertThat(options).isEqualTo(new Options(Path.of("/d/x"), Existing.REPLACE, true));
    }

    @Test
    void rejectsResumingAndReplacingAtOnce() {
        assertThatThrownBy(() -> Options.parse(DEFAULT, List.of("--resume", "--fresh")))
                .hasMessage("--resume and --fresh exclude each other");
    }

    @Test
    void rejectsWhatItDoesNotKnow() {
        assertThatThrownBy(() -> Options.parse(DEFAULT, List.of("--port")))
                .hasMessage("unknown option: found=--port");
    }

    @Test
    void rejectsAMissingFolder() {
        assertThatThrownBy(() -> Options.parse(DEFAULT, List.of("--data")))
                .hasMessage("--data needs a folder");
    }
}
