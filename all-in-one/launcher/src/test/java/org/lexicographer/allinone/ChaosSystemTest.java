package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.allinone.chaos.Chaos;
import org.lexicographer.allinone.chaos.ChaosOptions;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.system.ChaosSystem;

/** The short form of {@code ./run chaos}, with real processes killed by SIGKILL. */
class ChaosSystemTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));
    private static final int KILLS = 5;

    /**
     * Its five kills hit all that the trained bits go through, the broker and the store included.
     */
    private static final long SEED = 32;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void endsWithTheSameBitsWhateverIsKilled() {
        Path folder = HOME.resolve("all-in-one/launcher/target/chaos-test");
        ChaosOptions options = new ChaosOptions(KILLS, SEED, 1, 1, 0, folder);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        boolean same;
        try (DataFolder data = DataFolder.take(folder)) {
            data.clear();
            try (ChaosSystem system = new ChaosSystem(HOME, data)) {
                same = new Chaos(HOME, options, system, out).run();
            }
        }

        assertThat(same).as(printed.toString(StandardCharsets.UTF_8)).isTrue();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("5 kills: nothing differs");
    }
}
