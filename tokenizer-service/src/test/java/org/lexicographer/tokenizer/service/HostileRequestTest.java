package org.lexicographer.tokenizer.service;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.tokenizer.RunSpecs;

/** Requests by which somebody means harm are answered, and hold nothing. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "request-body.grace", value = "1s"),
            @ResourceArg(name = "request-body.least-per-second", value = "1M")
        })
class HostileRequestTest {

    private static final String RUN = "hostile";
    private static final String FROM_STREAM = "{\"contexts\": 4, \"source\": \"stream\"}";

    /** Ends a wait for an answer that never comes. */
    private static final int MOST_MILLIS = (int) Duration.ofMinutes(5).toMillis();

    /** More connections than the service has threads that read bodies. */
    private static final int CONNECTIONS = 300;

    /** More than is read before a thread is taken for a request. */
    private static final byte[] BEGINNING = new byte[40_000];

    @Inject ObjectStore store;

    private void storeRun() {
        String model = "s3://%s/models/none/".formatted(store.bucket());
        store.put(ObjectKeys.runSpec(RUN), RunSpecs.spec(RUN, model, 16, FROM_STREAM, 3).toJson());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://lexicographer/../secret/a.txt",
                "s3://lexicographer/a/../../b.txt",
                "s3://lexicographer//etc/a.txt",
                "s3://../a.txt",
                "s3://user@169.254.169.254/a.txt",
                "file:/etc/a.txt",
                "file:///proc/self/environ.txt",
                "file:/%2e%2e/etc/a.txt",
                "http://169.254.169.254/latest/meta-data/a.txt",
                "https://127.0.0.1:9000/a.txt",
                "hf://127.0.0.1:8080/a/b.txt",
                "hf://datasets/owner/name@main/../../../api/a.txt",
                "hf://datasets/owner/name@../a.txt"
            })
    void addressesThatLeadElsewhereAreRefused(String uri) {
        storeRun();

        given().contentType("application/json")
                .body("{\"uri\": \"%s\"}".formatted(uri))
                .post("/runs/{run}/shards", RUN)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors.field", equalTo(List.of("uri")));
    }

    @Test
    void bodiesThatDoNotComeHoldNothingAndAreNoFaults() throws IOException {
        try (LoggedErrors logged = new LoggedErrors()) {
            bodiesThatDoNotComeAreSentAway();
            assertThat(logged.messages()).isEmpty();
        }
    }

    private static void bodiesThatDoNotComeAreSentAway() throws IOException {
        // Given: connections that begin a body each and leave it at that
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = connect();
                slow.add(socket);
                send(socket, "Content-Length: 100000", BEGINNING);
            }

            // When, Then: they are told so and closed, and others are answered
            for (Socket socket : slow) {
                assertThat(answer(socket)).startsWith("HTTP/1.1 408 ").contains("too slowly");
            }
            given().get("/runs/nobody/none").then().statusCode(404);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void aBodyWhoseSizeIsNotAnnouncedEndsAtTheLimitAndIsNoFault() throws IOException {
        try (LoggedErrors logged = new LoggedErrors()) {
            bodyOfUnknownSizeEndsAtTheLimit();
            assertThat(logged.messages()).isEmpty();
        }
    }

    /** What those who answer requests log as an error; the broker beside them is another matter. */
    private static final class LoggedErrors extends Handler implements AutoCloseable {

        private static final List<Logger> LOGGERS =
                Stream.of("org.lexicographer", "io.quarkus.vertx.http", "org.jboss.resteasy")
                        .map(Logger::getLogger)
                        .toList();

        private final List<String> messages = new CopyOnWriteArrayList<>();

        LoggedErrors() {
            setLevel(Level.SEVERE);
            LOGGERS.forEach(logger -> logger.addHandler(this));
        }

        List<String> messages() {
            return List.copyOf(messages);
        }

        @Override
        public void publish(LogRecord said) {
            if (said.getLevel().intValue() >= Level.SEVERE.intValue()) {
                messages.add(said.getLoggerName() + ": " + said.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            LOGGERS.forEach(logger -> logger.removeHandler(this));
        }
    }

    private static void bodyOfUnknownSizeEndsAtTheLimit() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "Transfer-Encoding: chunked", new byte[0]);
            byte[] chunk = new byte[1 << 20];
            byte[] size = "%x\r\n".formatted(chunk.length).getBytes(ISO_8859_1);
            try {
                for (int i = 0; i < 64; i++) {
                    socket.getOutputStream().write(size);
                    socket.getOutputStream().write(chunk);
                    socket.getOutputStream().write("\r\n".getBytes(ISO_8859_1));
                }
            } catch (SocketException closedAtTheLimit) {
                // What was answered before is still to be read, where the system keeps it.
            }
            assertThat(answer(socket)).matches("(?s)|HTTP/1.1 413 .*");
        }
        given().get("/runs/nobody/none").then().statusCode(404);
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        socket.setSoTimeout(MOST_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String header, byte[] body) throws IOException {
        OutputStream out = socket.getOutputStream();
        String head =
                "POST /runs/%s/shards HTTP/1.1\r\nHost: localhost\r\n".formatted(RUN)
                        + "Content-Type: application/json\r\n%s\r\n\r\n".formatted(header);
        out.write(head.getBytes(ISO_8859_1));
        out.write(body);
        out.flush();
    }

    /** Returns what was answered until the connection was closed. */
    private static String answer(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }
}
