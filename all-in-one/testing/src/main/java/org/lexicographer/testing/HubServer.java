package org.lexicographer.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Answers as a model hub does, on two ports of this machine: the hub itself lists commits, pages of
 * files and gives small ones; large ones it redirects to the other port, which must never see a
 * token. Tests say which answers go wrong.
 */
public final class HubServer implements AutoCloseable {

    /** A file of more bytes is a large one. */
    public static final int LARGE_BYTES = 1000;

    private static final int PAGE_FILES = 3;
    private static final String STORAGE = "storage ";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer hub;
    private final HttpServer storage;
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private record Repository(
            String revision, String commit, Map<String, byte[]> files, Optional<String> token) {}

    /**
     * What was asked.
     *
     * @param isHub whether the hub itself was asked, not the other host
     * @param path the path
     * @param range the range, if one was asked for
     * @param authorization what was shown, if anything was
     */
    public record Request(
            boolean isHub, String path, Optional<String> range, Optional<String> authorization) {}

    /** What goes wrong with one answer. */
    public sealed interface Fault {

        /** Another status, with a header. */
        record Status(int status, String header, String value) implements Fault {}

        /** The transfer is cut after that many bytes. */
        record Cut(int bytes) implements Fault {}

        /** The first byte is another. */
        record Damage() implements Fault {}

        /** The whole content comes, though a part was asked for. */
        record WholeAnyway() implements Fault {}

        /** The content is shorter than it was listed, and says so. */
        record Short() implements Fault {}
    }

    private HubServer() throws IOException {
        hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        storage = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hub.createContext("/", exchange -> answer(exchange, true));
        storage.createContext("/", exchange -> answer(exchange, false));
        for (HttpServer server : List.of(hub, storage)) {
            server.setExecutor(threads);
            server.start();
        }
    }

    /** Starts a hub without repositories. */
    public static HubServer start() {
        try {
            return new HubServer();
        } catch (IOException e) {
            throw new UncheckedIOException("hub not started", e);
        }
    }

    /** Returns the hub's address. */
    public URI endpoint() {
        return URI.create("http://" + host() + ":" + hub.getAddress().getPort());
    }

    /** Returns the host of both ports. */
    public String host() {
        return hub.getAddress().getAddress().getHostAddress();
    }

    /**
     * Puts a repository in, or a new commit of one.
     *
     * @param name {@code models/owner/name} or {@code datasets/owner/name}
     * @param files what it holds now
     * @return the commit that {@code main} means from now on
     */
    public String put(String name, Map<String, byte[]> files) {
        return put(name, files, Optional.empty());
    }

    /** As {@link #put(String, Map)}, for those who show a token. */
    public String put(String name, Map<String, byte[]> files, Optional<String> token) {
        Map<String, byte[]> sorted = new TreeMap<>(files);
        MessageDigest commit = digest("SHA-1");
        commit.update(name.getBytes(StandardCharsets.UTF_8));
        sorted.forEach(
                (path, content) -> {
                    commit.update(path.getBytes(StandardCharsets.UTF_8));
                    commit.update(content);
                });
        String hex = HexFormat.of().formatHex(commit.digest());
        Repository repository = new Repository("main", hex, sorted, token);
        repositories.put(name + "@main", repository);
        repositories.put(name + "@" + hex, repository);
        return hex;
    }

    /** Lets the hub's next answers about a path go wrong, one after the other. */
    public void fail(String path, Fault... inTurn) {
        faults.computeIfAbsent(path, it -> new ArrayDeque<>()).addAll(List.of(inTurn));
    }

    /** Lets the next answers of the host of large files go wrong, one after the other. */
    public void failStorage(String path, Fault... inTurn) {
        fail(STORAGE + path, inTurn);
    }

    /** Returns what was asked so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Forgets what was asked so far. */
    public void forget() {
        requests.clear();
    }

    private void answer(HttpExchange exchange, boolean isHub) throws IOException {
        try (exchange) {
            String path =
                    URLDecoder.decode(
                            exchange.getRequestURI().getRawPath(), StandardCharsets.UTF_8);
            requests.add(
                    new Request(
                            isHub,
                            path,
                            header(exchange, "Range"),
                            header(exchange, "Authorization")));
            Optional<Fault> fault = Optional.ofNullable(next(isHub ? path : STORAGE + path));
            if (fault.isPresent()
                    && fault.get() instanceof Fault.Status(int code, String header, String value)) {
                status(exchange, code, header, value);
            } else if (!isHub) {
                content(exchange, path, fault);
            } else if (path.startsWith("/api/")) {
                api(exchange, path.substring("/api/".length()));
            } else {
                file(exchange, path.substring(1), fault);
            }
        }
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    private Fault next(String path) {
        Queue<Fault> left = faults.get(path);
        return left == null ? null : left.poll();
    }

    private static void status(HttpExchange exchange, int status, String header, String value)
            throws IOException {
        exchange.getResponseHeaders().set(header, value);
        exchange.sendResponseHeaders(status, -1);
    }

    /** {@code models/owner/name/revision/main} or {@code models/owner/name/tree/commit}. */
    private void api(HttpExchange exchange, String path) throws IOException {
        String[] parts = path.split("/", 5);
        Optional<Repository> found =
                parts.length < 5
                        ? Optional.empty()
                        : allowed(
                                exchange, String.join("/", parts[0], parts[1], parts[2]), parts[4]);
        if (found.isEmpty()) {
            return;
        }
        if (parts[3].equals("revision")) {
            json(exchange, "{\"id\": \"x\", \"sha\": \"%s\"}".formatted(found.get().commit()));
        } else {
            page(exchange, found.get());
        }
    }

    private void page(HttpExchange exchange, Repository repository) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        int first = query.contains("cursor=") ? Integer.parseInt(query.split("cursor=")[1]) : 0;
        List<String> paths = List.copyOf(repository.files().keySet());
        int end = Math.min(first + PAGE_FILES, paths.size());
        if (end < paths.size()) {
            String next =
                    "%s%s?recursive=true&cursor=%d"
                            .formatted(endpoint(), exchange.getRequestURI().getRawPath(), end);
            exchange.getResponseHeaders().set("Link", "<%s>; rel=\"next\"".formatted(next));
        }
        json(
                exchange,
                paths.subList(first, end).stream()
                        .map(path -> entry(path, repository.files().get(path)))
                        .collect(
                                Collectors.joining(
                                        ", ",
                                        "[{\"type\": \"directory\", \"oid\": \"0\", \"size\": 0, \"path\": \"folder\"}, ",
                                        "]")));
    }

    private static String entry(String path, byte[] content) {
        MessageDigest git = digest("SHA-1");
        git.update("blob %d\0".formatted(content.length).getBytes(StandardCharsets.UTF_8));
        String small =
                "\"type\": \"file\", \"oid\": \"%s\", \"size\": %d, \"path\": \"%s\""
                        .formatted(
                                HexFormat.of().formatHex(git.digest(content)),
                                content.length,
                                path);
        if (content.length <= LARGE_BYTES) {
            return "{" + small + "}";
        }
        String large = HexFormat.of().formatHex(digest("SHA-256").digest(content));
        return "{%s, \"lfs\": {\"oid\": \"%s\", \"size\": %d, \"pointerSize\": 134}}"
                .formatted(small, large, content.length);
    }

    /** {@code owner/name/resolve/commit/path}, with {@code datasets/} before it or not. */
    private void file(HttpExchange exchange, String path, Optional<Fault> fault)
            throws IOException {
        boolean dataset = path.startsWith("datasets/");
        String[] parts = (dataset ? path.substring("datasets/".length()) : path).split("/", 5);
        Optional<Repository> found =
                parts.length < 5
                        ? Optional.empty()
                        : allowed(
                                exchange,
                                "%s/%s/%s"
                                        .formatted(
                                                dataset ? "datasets" : "models",
                                                parts[0],
                                                parts[1]),
                                parts[3]);
        if (found.isEmpty()) {
            return;
        }
        byte[] content = found.get().files().get(parts[4]);
        if (content == null) {
            status(exchange, 404, "X-Error-Code", "EntryNotFound");
        } else if (content.length > LARGE_BYTES) {
            String target =
                    "http://%s:%d%s?signature=secret"
                            .formatted(
                                    host(),
                                    storage.getAddress().getPort(),
                                    exchange.getRequestURI().getRawPath());
            status(exchange, 302, "Location", target);
        } else {
            send(exchange, content, fault);
        }
    }

    private void content(HttpExchange exchange, String path, Optional<Fault> fault)
            throws IOException {
        boolean dataset = path.startsWith("/datasets/");
        String[] parts = path.substring(dataset ? "/datasets/".length() : 1).split("/", 5);
        Repository repository =
                repositories.get(
                        "%s/%s/%s@%s"
                                .formatted(
                                        dataset ? "datasets" : "models",
                                        parts[0],
                                        parts[1],
                                        parts[3]));
        send(exchange, repository.files().get(parts[4]), fault);
    }

    /** Empty when the answer has been given: there is no such repository, or it is closed. */
    private Optional<Repository> allowed(HttpExchange exchange, String name, String revision)
            throws IOException {
        Repository repository = repositories.get(name + "@" + revision);
        if (repository == null) {
            status(exchange, 404, "X-Error-Code", "RepoNotFound");
            return Optional.empty();
        }
        Optional<String> expected = repository.token().map(token -> "Bearer " + token);
        if (expected.isPresent() && !expected.equals(header(exchange, "Authorization"))) {
            status(exchange, 401, "X-Error-Code", "GatedRepo");
            return Optional.empty();
        }
        return Optional.of(repository);
    }

    private static void json(HttpExchange exchange, String json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void send(HttpExchange exchange, byte[] whole, Optional<Fault> fault)
            throws IOException {
        byte[] content = whole.clone();
        int from =
                fault.filter(Fault.WholeAnyway.class::isInstance).isPresent()
                        ? 0
                        : header(exchange, "Range")
                                .map(
                                        range ->
                                                Integer.parseInt(
                                                        range.substring(
                                                                "bytes=".length(),
                                                                range.length() - 1)))
                                .orElse(0);
        int length = content.length - from;
        int sent = length;
        switch (fault.orElse(null)) {
            case Fault.Cut(int bytes) -> sent = Math.min(bytes, length);
            case Fault.Damage damage -> content[0] ^= 1;
            case Fault.Short cut -> {
                length--;
                sent = length;
            }
            case null, default -> {}
        }
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, length == 0 ? -1 : length);
        OutputStream body = exchange.getResponseBody();
        body.write(Arrays.copyOfRange(content, from, from + sent));
        body.flush();
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has " + algorithm, e);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }
}
