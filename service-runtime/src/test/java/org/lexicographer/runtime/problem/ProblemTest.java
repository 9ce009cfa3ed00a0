package org.lexicographer.runtime.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
