package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.machine.FreePorts;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.testing.Await;

/**
 * Each service as it ships, with the environment that the dev overlay gives it and the one secret
 * that README's walk creates: it starts before broker and store are there, and asks nobody who they
 * are.
 */
@Timeout(300)
class DevStartSystemTest {

    /** A start of this machine takes a tenth of it. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Map<String, String> STORE_KEYS =
            Map.of("OBJECT_STORE_ACCESS_KEY", "chosen", "OBJECT_STORE_SECRET_KEY", "chosen-too");

    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @EnumSource(Service.class)
    void aServiceStartsWithWhatTheWalkCreates(Service service, @TempDir Path folder)
            throws IOException {
        // Given
        Rendered dev = Rendered.of(Overlay.DEV);
        int port = new FreePorts().take(service.usualPort());
        Path log = folder.resolve("log");

        // When
        Process process = start(service, port, dev.settings(), log);
        try {
            URI address = URI.create("http://127.0.0.1:%d/".formatted(port));

            // Then
            int live =
                    Await.until(
                            "the service to be live",
                            PATIENCE,
                            () -> process.isAlive() ? status(address.resolve("q/health/live")) : -1,
                            status -> status != 0);
            assertThat(live).as(Files.readString(log)).isEqualTo(200);
            assertThat(Files.readString(log)).contains("access is off");
        } finally {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private static Process start(Service service, int port, Map<String, String> settings, Path log)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(service.jvmOptions());
        command.add("-Dai.djl.offline=true");
        // It ends with this process, even when that is killed.
        command.add("-Dleaving.with-input=true");
        command.addAll(List.of("-jar", Checkout.here().application(service).toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(settings);
        builder.environment().putAll(STORE_KEYS);
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        return builder.start();
    }

    /** The answer's status; 0 while nobody listens. */
    private int status(URI address) throws InterruptedException {
        try {
            HttpResponse<Void> answer =
                    http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding());
            return answer.statusCode();
        } catch (IOException nobody) {
            return 0;
        }
    }
}
