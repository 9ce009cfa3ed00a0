package org.lexicographer.objectstore.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An S3 server that stores nothing and remembers who asked what, an STS that exchanges tokens, and
 * the metadata service of a machine, all at one address.
 */
final class FakeS3 implements AutoCloseable {

    private static final String STS_ANSWER =
            """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <Credentials>
                  <AccessKeyId>lent-%1$d</AccessKeyId>
                  <SecretAccessKey>lent-secret</SecretAccessKey>
                  <SessionToken>session-%1$d</SessionToken>
                  <Expiration>%2$s</Expiration>
                </Credentials>
              </AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """;
    private static final String ROLE_ANSWER =
            """
            {"Code": "Success", "AccessKeyId": "of-the-machine", "SecretAccessKey": "secret",
             "Token": "machine-token", "Expiration": "%s", "LastUpdated": "2026-01-01T00:00:00Z"}
            """;
    private static final String UPLOAD_ANSWER =
            """
            <InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId>
            </InitiateMultipartUploadResult>
            """;
    private static final String COMPLETE_ANSWER =
            """
            <CompleteMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Location>l</Location><Bucket>b</Bucket><Key>k</Key><ETag>"e"</ETag>
            </CompleteMultipartUploadResult>
            """;

    private final HttpServer server;
    private final List<Request> requests = new ArrayList<>();
    private final List<Map<String, String>> exchanges = new ArrayList<>();
    private int stsStatus = 200;
    private Instant expiry = Instant.now().plus(1, ChronoUnit.HOURS);

    /** A request of the store: what is asked, and with which headers. */
    record Request(String method, String query, Map<String, String> headers) {

        /** Returns the access key that the request is signed with. */
        String accessKey() {
            String signed = headers.get("authorization");
            int from = signed.indexOf("Credential=") + "Credential=".length();
            return signed.substring(from, signed.indexOf('/', from));
        }

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    FakeS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Returns the forms that the STS was sent. */
    synchronized List<Map<String, String>> exchanges() {
        return List.copyOf(exchanges);
    }

    synchronized void answerExchangesWith(int status) {
        stsStatus = status;
    }

    /** Lets what was lent expire at once. */
    synchronized void lendForNoTime() {
        expiry = Instant.now();
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            synchronized (this) {
                answer(exchange, body);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, byte[] body) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        String method = exchange.getRequestMethod();
        if (path.equals("/") && method.equals("POST")) {
            String raw = exchange.getRequestURI().getRawQuery();
            exchanges.add(form(raw == null ? new String(body, StandardCharsets.UTF_8) : raw));
            send(exchange, stsStatus, STS_ANSWER.formatted(exchanges.size(), expiry));
        } else if (path.equals("/latest/api/token")) {
            send(exchange, 200, "imds-token");
        } else if (path.startsWith("/latest/meta-data/")) {
            send(exchange, 200, path.endsWith("/role") ? ROLE_ANSWER.formatted(expiry) : "role");
        } else {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
            requests.add(new Request(method, query, headers));
            exchange.getResponseHeaders().add("ETag", "\"e\"");
            exchange.getResponseHeaders().add("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
            send(exchange, 200, ofStore(method, query));
        }
    }

    private static String ofStore(String method, String query) {
        if (!method.equals("POST")) {
            return "";
        }
        return query.startsWith("uploads") ? UPLOAD_ANSWER : COMPLETE_ANSWER;
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        boolean hasNoBody = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
        exchange.sendResponseHeaders(status, hasNoBody ? -1 : bytes.length);
        if (!hasNoBody) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String field : text.split("&")) {
            String[] parts = field.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return form;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
