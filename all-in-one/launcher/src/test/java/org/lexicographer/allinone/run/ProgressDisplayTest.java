package org.lexicographer.allinone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void printsNoControlCharactersWhereThereIsNoTerminal() {
        // Given
        ProgressDisplay display = ProgressDisplay.of(out, false);

        // When
        display.show("10 %", List.of("detail"));
        display.show("11 %", List.of("detail"));
        display.end();

        // Then
        assertThat(printed()).isEqualTo("10 %" + System.lineSeparator());
    }

    @Test
    void redrawsInPlaceOnATerminal() {
        // Given
        ProgressDisplay display = ProgressDisplay.of(out, true);

        // When
        display.show("10 %", List.of("a", "b"));
        display.show("11 %", List.of("a", "b"));

        // Then: three lines up, then over them
        assertThat(printed()).containsOnlyOnce("\033[3A\r11 %");
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
