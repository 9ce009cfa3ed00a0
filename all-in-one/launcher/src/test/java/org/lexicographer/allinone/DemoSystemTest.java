package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.testing.Await;

/** {@code ./run demo} as a process that comes up, and that is gone with all it started. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class DemoSystemTest {

    private static final Path FOLDER =
            SharedSystem.HOME.resolve("all-in-one/launcher/target/demo-test");

    @Test
    void theServicesLeaveInGoodOrderWhenTheLauncherIsKilled() throws Exception {
        // Given
        Process launcher = launch();
        List<ProcessHandle> services;
        try {
            Await.until("all are ready", this::printed, text -> text.contains("all ready after"));
            services = launcher.descendants().toList();
            assertThat(services).hasSameSizeAs(Service.values());
        } finally {
            // When
            launcher.destroyForcibly().waitFor();
        }

        // Then
        Await.until(
                "the services have left",
                () -> services.stream().filter(ProcessHandle::isAlive).toList(),
                List::isEmpty);
        for (Service service : Service.values()) {
            assertThat(FOLDER.resolve("data/logs/" + service.folder() + ".log"))
                    .content()
                    .contains(service.folder() + " stopped in")
                    .doesNotContain("halted");
        }
    }

    private static Process launch() throws IOException {
        Files.createDirectories(FOLDER);
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-D%s=%s".formatted(Demo.HOME, SharedSystem.HOME),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Demo.class.getName(),
                        "--fresh",
                        "--data",
                        FOLDER.resolve("data").toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("printed.txt").toFile())
                .start();
    }

    private String printed() throws IOException {
        return Files.readString(FOLDER.resolve("printed.txt"));
    }
}
