package org.lexicographer.allinone.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChaosOptionsTest {

    private static final Path FOLDER = Path.of("folder");

    private static ChaosOptions parse(String... arguments) {
        return ChaosOptions.parse(FOLDER, List.of(arguments));
    }

    @Test
    void readsEveryOption() {
        String[] all = {
            "--kills",
            "7",
            "--seed",
            "-8",
            "--activation-replicas",
            "3",
            "--trainer-replicas",
            "2",
            "--outage",
            "60"
        };

        assertThat(parse(all)).isEqualTo(new ChaosOptions(7, -8, 3, 2, 60, FOLDER));
    }

    @Test
    void killsTwentyTimesWhereNothingIsSaid() {
        assertThat(parse()).isEqualTo(new ChaosOptions(20, 0, 1, 1, 0, FOLDER));
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> parse("--kill", "7")).hasMessage("unknown option: found=--kill");
        assertThatThrownBy(() -> parse("--kills")).hasMessageContaining("without a value");
        assertThatThrownBy(() -> parse("--seed", "x")).hasMessageContaining("whole number");
        assertThatThrownBy(() -> parse("--outage", "-1")).hasMessageContaining("outage=-1");
    }
}
