package org.lexicographer.objectstore.s3;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.testing.Await;

/**
 * MinIO's own server, where this machine has its program: {@code LEXICOGRAPHER_TEST_MINIO} names
 * it, or it is on the {@code PATH}.
 */
final class MinioServer implements AutoCloseable {

    static final String KEY = "test-key";

    private static final String USER = "lexicographer-test";
    private static final String PASSWORD = "a-password-of-this-test";
    private static final int KEY_BYTES = 32;

    private final Process process;
    private final String url;

    private MinioServer(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Returns the server's program, if there is one. */
    static Optional<Path> program() {
        return Optional.ofNullable(System.getenv("LEXICOGRAPHER_TEST_MINIO"))
                .map(Path::of)
                .or(
                        () ->
                                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                        .map(folder -> Path.of(folder, "minio"))
                                        .filter(Files::isExecutable)
                                        .findFirst());
    }

    /** Starts a server with a key management of one key, on the loopback interface. */
    static MinioServer start(Path folder) throws IOException {
        String address = "127.0.0.1:" + freePort();
        ProcessBuilder builder =
                new ProcessBuilder(
                                program().orElseThrow().toString(),
                                "server",
                                "--address",
                                address,
                                "--console-address",
                                "127.0.0.1:" + freePort(),
                                folder.resolve("data").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("minio.log").toFile());
        builder.environment().put("MINIO_ROOT_USER", USER);
        builder.environment().put("MINIO_ROOT_PASSWORD", PASSWORD);
        builder.environment()
                .put(
                        "MINIO_KMS_SECRET_KEY",
                        KEY + ":" + Base64.getEncoder().encodeToString(new byte[KEY_BYTES]));
        MinioServer server = new MinioServer(builder.start(), "http://" + address);
        Await.until("MinIO is ready", server::isReady);
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isReady() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + "/minio/health/ready")).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        }
    }

    S3Endpoint endpoint() {
        return S3Endpoint.of(url, USER, PASSWORD);
    }

    @Override
    public void close() {
        process.destroy();
        Await.until("MinIO has stopped", () -> !process.isAlive());
    }
}
