package org.lexicographer.eval.explanation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.pipeline.InvalidFieldsException;

class ExplanationRequestTest {

    private static ExplanationRequest request(String text, String author) {
        return new ExplanationRequest(Optional.of(text), Optional.of(author));
    }

    @Test
    void whiteSpaceAtTheEndsAndTheWayLinesEndDoNotCount() {
        Explanation written =
                request(" one\r\ntwo\n ", " Ada ")
                        .written(() -> Instant.parse("2026-11-26T21:00:00.123Z"));

        assertThat(written).isEqualTo(new Explanation("one\ntwo", "Ada", "2026-11-26T21:00:00Z"));
    }

    @Test
    void allThatIsWrongIsNamed() {
        assertThatThrownBy(() -> ExplanationRequest.read("{}".getBytes(UTF_8)))
                .isInstanceOf(InvalidFieldsException.class)
                .hasMessageContaining("text")
                .hasMessageContaining("author")
                .hasMessageContaining("missing: expected=1 to 512 characters, found=none");
        assertThatThrownBy(() -> request(" \n", "Ada"))
                .hasMessageContaining("missing: expected=1 to 512 characters");
        assertThatThrownBy(() -> request("x".repeat(513), "y".repeat(101)))
                .hasMessageContaining("too long: expected=1 to 512 characters, found=513")
                .hasMessageContaining("too long: expected=1 to 100 characters, found=101");
        assertThat(request("x".repeat(512), "y".repeat(100)).text()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"0, U+0000", "27, U+001B", "133, U+0085", "55296, U+D800"})
    void whatIsNoTextIsRefused(int point, String name) {
        assertThatThrownBy(() -> request("a" + (char) point + "b", "Ada"))
                .hasMessageContaining("character not allowed")
                .hasMessageContaining(name);
    }

    @Test
    void anAuthorIsOnOneLine() {
        assertThatThrownBy(() -> request("a", "Ada\nEve")).hasMessageContaining("U+000A");
    }
}
