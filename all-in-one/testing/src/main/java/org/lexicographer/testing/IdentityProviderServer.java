package org.lexicographer.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Answers as an OpenID Connect provider does: what it is, its keys, and the authorization code
 * flow, in which whoever is sent to log in is at once the user that the test has chosen.
 */
public final class IdentityProviderServer implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final TestTokens tokens;
    private final Map<String, User> codes = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private volatile User user = new User("nobody");

    /** Who is at the browser. */
    private record User(String name, String... roles) {}

    private IdentityProviderServer(HttpServer server) {
        this.server = server;
        this.tokens = new TestTokens(address());
    }

    /** Starts the server. */
    public static IdentityProviderServer start() {
        try {
            HttpServer http =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            IdentityProviderServer server = new IdentityProviderServer(http);
            http.setExecutor(server.threads);
            http.createContext(
                    "/.well-known/openid-configuration",
                    exchange -> answer(exchange, server.description()));
            http.createContext("/keys", exchange -> answer(exchange, server.tokens.keySet()));
            http.createContext("/authorize", server::authorize);
            http.createContext("/token", server::exchange);
            http.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("identity provider does not start", e);
        }
    }

    /** Returns the provider's address, which is also its name as an issuer. */
    public String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Returns what issues tokens. */
    public TestTokens tokens() {
        return tokens;
    }

    /** Says who logs in from now on. */
    public void atTheBrowser(String name, String... roles) {
        user = new User(name, roles);
    }

    private String description() {
        return TestTokens.json(
                Map.of(
                        "issuer", address(),
                        "jwks_uri", address() + "/keys",
                        "authorization_endpoint", address() + "/authorize",
                        "token_endpoint", address() + "/token"));
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = parameters(exchange.getRequestURI().getRawQuery());
        String code = "code-" + numbers.incrementAndGet();
        codes.put(code, user);
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        "%s?code=%s&state=%s"
                                .formatted(asked.get("redirect_uri"), code, asked.get("state")));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        Map<String, String> asked =
                parameters(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        User known = codes.remove(asked.getOrDefault("code", ""));
        if (known == null) {
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
            return;
        }
        answer(
                exchange,
                TestTokens.json(
                        Map.of(
                                "token_type",
                                "Bearer",
                                "expires_in",
                                3600,
                                "access_token",
                                tokens.of(known.name(), known.roles()),
                                "id_token",
                                tokens.of(known.name()))));
    }

    private static Map<String, String> parameters(String text) {
        return Stream.of(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(
                        Collectors.toMap(
                                pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Returns a path of the provider. */
    public URI at(String path) {
        return URI.create(address() + path);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
