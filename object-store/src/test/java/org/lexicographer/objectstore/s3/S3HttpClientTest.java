package org.lexicographer.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class S3HttpClientTest {

    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/talks",
                asked -> {
                    asked.sendResponseHeaders(200, 1);
                    asked.getResponseBody().write(7);
                    asked.close();
                });
        server.createContext("/silent", asked -> awaitEnd());
        server.start();
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private Request ask(String path) {
        return new Request.Builder().url(url() + path).build();
    }

    @Test
    void forgetsIdleConnectionsWhenOneStaysSilent() throws IOException {
        // Given: two that were in use at once, and are idle now
        OkHttpClient client = S3HttpClient.create(S3Endpoint.of(url(), "access", "secret"));
        try (Response first = client.newCall(ask("/talks")).execute();
                Response second = client.newCall(ask("/talks")).execute()) {
            assertThat(first.body().bytes()).containsExactly(7);
            assertThat(second.body().bytes()).containsExactly(7);
        }
        assertThat(client.connectionPool().idleConnectionCount()).isEqualTo(2);

        // When
        OkHttpClient impatient = client.newBuilder().readTimeout(Duration.ofMillis(1)).build();
        assertThatThrownBy(() -> impatient.newCall(ask("/silent")).execute())
                .isInstanceOf(SocketTimeoutException.class);

        // Then
        assertThat(client.connectionPool().connectionCount()).isZero();
    }
}
