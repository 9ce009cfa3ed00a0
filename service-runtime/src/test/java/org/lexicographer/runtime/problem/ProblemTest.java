package org.lexicographer.runtime.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.FieldError;

class ProblemTest {

    @Test
    void hasTheMembersOfTheStandardAndNoEmptyOnes() {
        // When
        String json = Problem.of(404, "no such run: run=a").at("/runs/a").json();

        // Then
        assertThat(json)
                .isEqualTo(
                        "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                                + "\"detail\":\"no such run: run=a\",\"instance\":\"/runs/a\"}");
    }

    @Test
    void aStatusWithoutAStandardNameHasATitleToo() {
        assertThat(Problem.of(422, "x").title()).isEqualTo("Unprocessable Content");
        assertThat(Problem.of(499, "x").title()).isEqualTo("Status 499");
    }

    @Test
    void isReadBackFromAnAnswer() {
        // Given
        Problem whole = Problem.of(404, "no such run: run=a").at("/runs/a");
        Problem ofFields = Problem.of(400, List.of(FieldError.of("steps", "missing", "1", "0")));

        // Then
        assertThat(Problem.read(whole.json())).isEqualTo(whole);
        assertThat(Problem.read(ofFields.json())).isEqualTo(ofFields);
    }
}
