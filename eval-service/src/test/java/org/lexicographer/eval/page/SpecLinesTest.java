package org.lexicographer.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpecLinesTest {

    private static final String SPEC =
            """
            {
              "run": "a",
              "sites": ["embed",
                "nowhere"],
              "recipes": [
                {"type": "topK"},
                {
                  "schedule": {
                    "warmupSteps": -1
                  }
                }
              ]
            }
            """;

    @Test
    void aFieldIsInTheLineOfItsName() {
        SpecLines lines = SpecLines.of(SPEC);
        assertThat(lines.line("run")).isEqualTo(2);
        assertThat(lines.line("sites[0]")).isEqualTo(3);
        assertThat(lines.line("sites[1]")).isEqualTo(4);
        assertThat(lines.line("recipes[0].type")).isEqualTo(6);
        assertThat(lines.line("recipes[1].schedule.warmupSteps")).isEqualTo(9);
    }

    @Test
    void whatIsMissingIsInTheLineOfWhatWouldHoldIt() {
        SpecLines lines = SpecLines.of(SPEC);
        assertThat(lines.line("recipes[1].schedule.decayStart")).isEqualTo(8);
        assertThat(lines.line("recipes[1].k")).isEqualTo(7);
        assertThat(lines.line("languageModel.uri")).isEqualTo(1);
    }

    @Test
    void textThatIsNoJsonHasTheLineWhereReadingEnded() {
        SpecLines lines = SpecLines.of("{\n \"run\": \"a\",\n nonsense");
        assertThat(lines.line("run")).isEqualTo(2);
        assertThat(lines.line("")).isEqualTo(3);
        assertThat(SpecLines.of("").line("run")).isEqualTo(1);
    }
}
