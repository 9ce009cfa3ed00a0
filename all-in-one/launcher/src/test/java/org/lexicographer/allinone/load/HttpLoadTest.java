package org.lexicographer.allinone.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpLoadTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final HttpLoad load = new HttpLoad();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        load.close();
        server.stop(0);
        threads.close();
    }

    /** Refuses whatever ends in 7. */
    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.merge(path, 1, Integer::sum);
        byte[] body = ("answer to " + path).getBytes();
        exchange.sendResponseHeaders(path.endsWith("7") ? 503 : 200, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    private HttpRequest request(int number) {
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://127.0.0.1:%d/%d"
                                        .formatted(server.getAddress().getPort(), number)))
                .build();
    }

    private ReadLoad.Turn turn() {
        List<HttpRequest> requests = IntStream.range(0, 10).mapToObj(this::request).toList();
        return new ReadLoad.Turn(requests, 200);
    }

    @Test
    void sendsAsManyRequestsAsAreAskedForInTurn() {
        Answered answered = turn().send(load, 4, 40);

        assertThat(answered.requests()).isEqualTo(40);
        assertThat(asked).hasSize(10).allSatisfy((path, times) -> assertThat(times).isEqualTo(4));
    }

    @Test
    void countsWhatIsNotAnsweredAsExpectedAndShowsTheFirst() {
        Answered answered = turn().send(load, 4, 40);

        assertThat(answered.errors()).isEqualTo(4);
        assertThat(answered.firstError())
                .hasValueSatisfying(
                        shown -> assertThat(shown).contains("status=503", "answer to /7"));
        assertThat(answered.line()).contains("requests 40", "errors 4", "answer to /7");
    }

    @Test
    void whatDoesNotAnswerIsAnError() {
        ReadLoad.Turn turn = turn();
        server.stop(0);

        Answered answered = turn.send(load, 2, 3);

        assertThat(answered.requests()).isEqualTo(3);
        assertThat(answered.errors()).isEqualTo(3);
    }
}
