package org.lexicographer.activation.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkedStagesTest {

    @Test
    void allAreWhateverStagesARunHas() {
        assertThat(WorkedStages.parse(" all ")).isEqualTo(WorkedStages.ALL);
        assertThat(WorkedStages.ALL.includes(17)).isTrue();
    }

    @Test
    void numbersAreThoseStagesAlone() {
        WorkedStages stages = WorkedStages.parse("3, 0");

        assertThat(stages.includes(0)).isTrue();
        assertThat(stages.includes(1)).isFalse();
        assertThat(stages.includes(3)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1,", "-1", "0-2", "ALL", "0 1", "99999"})
    void anythingElseIsRefusedByName(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkedStages.parse(text))
                .withMessageContaining("activation.stages");
    }
}
