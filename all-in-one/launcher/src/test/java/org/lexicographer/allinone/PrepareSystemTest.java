package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.prepare.Prepare;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.startcache.StartCaches;

/** {@code ./run prepare} makes start caches that the JVM itself finds right. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@ReleaseTest
class PrepareSystemTest {

    private static final Path CACHES = SharedSystem.HOME.resolve(StartCaches.FOLDER);
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String LAUNCHER =
            SharedSystem.HOME.resolve("all-in-one/launcher/target/launcher.jar").toString();

    @BeforeAll
    static void prepare() throws Exception {
        assertThat(run(prepareCommand())).as("exit status").isZero();
    }

    private static List<String> prepareCommand() {
        return List.of(
                JAVA,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-D%s=%s".formatted(Checkout.HOME, SharedSystem.HOME),
                "-cp",
                LAUNCHER,
                Prepare.class.getName());
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void aServicesCacheIsUsedByItsJvm(Service service) throws Exception {
        Path application = Checkout.of(SharedSystem.HOME).application(service);
        List<String> cache =
                StartCaches.used(SharedSystem.HOME)
                        .options(service.folder(), service.jvmOptions(), application);
        assertThat(cache).as("a cache that fits").hasSize(1);

        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(service.jvmOptions());
        command.addAll(cache);
        // "on": a JVM that cannot use the cache ends with an error.
        command.addAll(List.of("-XX:AOTMode=on", "-cp", application.toString(), "-version"));
        assertThat(run(command)).isZero();
    }

    @Test
    void whatIsThereIsNotMadeAgain() throws Exception {
        Path cache = CACHES.resolve("launcher.aot");
        var before = Files.getLastModifiedTime(cache);

        assertThat(run(prepareCommand())).isZero();

        assertThat(Files.getLastModifiedTime(cache)).isEqualTo(before);
    }
}
