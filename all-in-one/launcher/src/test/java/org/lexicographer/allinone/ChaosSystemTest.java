package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lexicographer.allinone.chaos.ChaosResult;

/** The short form of {@code ./run chaos}, with real processes killed by SIGKILL. */
@ExtendWith(SharedSystem.Parameter.class)
@Timeout(value = 1, unit = TimeUnit.HOURS)
class ChaosSystemTest {

    @Test
    void endsWithTheSameBitsWhateverIsKilled(SharedSystem shared) {
        // Given
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        ChaosResult undisturbed = shared.undisturbed(out);

        // When
        boolean same = shared.chaos(out).runDisturbed(undisturbed);

        // Then
        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(same).as(text).isTrue();
        assertThat(text).contains(SharedSystem.KILLS + " kills: nothing differs");
        assertThat(text).containsPattern("disturbed   [\\d,]+ tokens read, [\\d,]+ trained on");
    }
}
