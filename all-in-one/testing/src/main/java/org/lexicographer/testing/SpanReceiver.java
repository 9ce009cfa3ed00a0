package org.lexicographer.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * A collector of traces for tests: takes OTLP over HTTP and keeps what spans say of themselves. It
 * reads the few fields of OTLP's {@code ExportTraceServiceRequest} that it needs.
 */
public final class SpanReceiver implements AutoCloseable {

    /** The wire type of fields with a length before them. */
    private static final int LENGTH_DELIMITED = 2;

    private final HttpServer server;
    private final List<ReceivedSpan> spans = new CopyOnWriteArrayList<>();

    /**
     * A span.
     *
     * @param service whose it is
     * @param name what was done
     * @param trace the trace that it belongs to, 32 hexadecimal digits
     * @param id its own id, 16 digits
     * @param parent the id of the span that it was done for; empty at the start of a trace
     * @param links the ids of further spans that it was done for
     */
    public record ReceivedSpan(
            String service,
            String name,
            String trace,
            String id,
            String parent,
            List<String> links) {}

    private SpanReceiver(HttpServer server) {
        this.server = server;
    }

    /** Starts to listen on the loopback interface. */
    public static SpanReceiver start() {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            SpanReceiver receiver = new SpanReceiver(server);
            server.createContext("/v1/traces", receiver::take);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the address to send to. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Returns what has come so far. */
    public List<ReceivedSpan> spans() {
        return List.copyOf(spans);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            request(ByteBuffer.wrap(exchange.getRequestBody().readAllBytes()));
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void request(ByteBuffer request) {
        fields(request, (field, resourceSpans) -> resourceSpans(resourceSpans));
    }

    private void resourceSpans(ByteBuffer bytes) {
        String[] service = {""};
        fields(
                bytes.duplicate(),
                (field, resource) -> {
                    if (field == 1) {
                        fields(resource, (f, attribute) -> service(attribute, service));
                    }
                });
        fields(
                bytes,
                (field, scopeSpans) -> {
                    if (field == 2) {
                        fields(
                                scopeSpans,
                                (f, span) -> {
                                    if (f == 2) {
                                        spans.add(span(service[0], span));
                                    }
                                });
                    }
                });
    }

    private static void service(ByteBuffer attribute, String[] service) {
        String[] keyAndValue = {"", ""};
        fields(
                attribute,
                (field, value) -> {
                    if (field == 1) {
                        keyAndValue[0] = text(value);
                    } else if (field == 2) {
                        fields(value, (f, text) -> keyAndValue[1] = text(text));
                    }
                });
        if (keyAndValue[0].equals("service.name")) {
            service[0] = keyAndValue[1];
        }
    }

    private static ReceivedSpan span(String service, ByteBuffer bytes) {
        String[] of = {"", "", "", ""};
        List<String> links = new ArrayList<>();
        fields(
                bytes,
                (field, value) -> {
                    switch (field) {
                        case 1 -> of[0] = hex(value);
                        case 2 -> of[1] = hex(value);
                        case 4 -> of[2] = hex(value);
                        case 5 -> of[3] = text(value);
                        case 13 -> fields(value, (f, id) -> addLink(links, f, id));
                        default -> {
                            // Kind, times, attributes and status are not asked for.
                        }
                    }
                });
        return new ReceivedSpan(service, of[3], of[0], of[1], of[2], List.copyOf(links));
    }

    private static void addLink(List<String> links, int field, ByteBuffer id) {
        if (field == 2) {
            links.add(hex(id));
        }
    }

    /** Calls with the number and the content of each field that has a length before it. */
    private static void fields(ByteBuffer message, BiConsumer<Integer, ByteBuffer> field) {
        while (message.hasRemaining()) {
            int tag = Math.toIntExact(number(message));
            switch (tag & 7) {
                case LENGTH_DELIMITED -> {
                    int length = Math.toIntExact(number(message));
                    field.accept(tag >> 3, message.slice(message.position(), length));
                    message.position(message.position() + length);
                }
                case 0 -> number(message);
                case 1 -> message.position(message.position() + Long.BYTES);
                case 5 -> message.position(message.position() + Integer.BYTES);
                default -> throw new IllegalArgumentException("wire type unknown: tag=" + tag);
            }
        }
    }

    private static long number(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = message.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static byte[] bytes(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer value) {
        return new String(bytes(value), UTF_8);
    }

    private static String hex(ByteBuffer value) {
        return HexFormat.of().formatHex(bytes(value));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
