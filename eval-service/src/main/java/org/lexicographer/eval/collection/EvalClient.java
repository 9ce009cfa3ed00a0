package org.lexicographer.eval.collection;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lexicographer.eval.collection.DictionaryFolders.Upload;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.access.AccessToken;

/** Speaks to eval-service. */
final class EvalClient {

    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NOT_FOUND = 404;
    private static final int AWAY = 503;

    private final URI base;
    private final AccessToken token;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The service is there and does not do what it is asked, for a reason. */
    static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        RefusedException(String reason) {
            super(reason);
        }
    }

    /**
     * Creates the client of a service.
     *
     * @param base where it is, such as {@code http://localhost:8084}
     * @param token what says who asks
     */
    EvalClient(URI base, AccessToken token) {
        this.base = base;
        this.token = token;
    }

    /**
     * Returns what is known of a dictionary, if it is there.
     *
     * @throws RefusedException when the service refuses or fails to say it
     * @throws IOException when the service does not answer, or says that it is away
     */
    Optional<JsonNode> find(DictionaryId id) throws IOException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(at("/dictionaries/" + id)).GET());
        if (answer.statusCode() == NOT_FOUND) {
            return Optional.empty();
        }
        check(answer, OK);
        return Optional.of(Json.tree(answer.body().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Imports a dictionary.
     *
     * @throws RefusedException when the service refuses it or fails at it
     * @throws IOException when the service does not answer, or says that it is away
     */
    void store(DictionaryId id, Upload upload, Map<String, String> parameters) throws IOException {
        Map<String, String> query = new TreeMap<>(parameters);
        if (upload instanceof Upload.From from) {
            query.put("from", from.uri());
        }
        URI uri = at("/dictionaries/%s/import%s".formatted(id, encoded(query)));
        HttpResponse<String> answer =
                switch (upload) {
                    case Upload.From _ -> post(uri, BodyPublishers.noBody());
                    case Upload.Zip zip -> postZip(uri, zip);
                };
        check(answer, CREATED);
    }

    /** A failure may be this dictionary's alone; when the service is away, all would fail. */
    private static void check(HttpResponse<String> answer, int expected) throws IOException {
        if (answer.statusCode() == AWAY) {
            throw new IOException(reason(answer));
        }
        if (answer.statusCode() != expected) {
            throw new RefusedException(reason(answer));
        }
    }

    private HttpResponse<String> postZip(URI uri, Upload.Zip files) throws IOException {
        Path zip = Files.createTempFile("lexicographer-import-", ".zip");
        try {
            pack(files, zip);
            return post(uri, BodyPublishers.ofFile(zip));
        } finally {
            Files.delete(zip);
        }
    }

    /** Weights hardly shrink. */
    private static void pack(Upload.Zip files, Path target) throws IOException {
        try (OutputStream out = Files.newOutputStream(target);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            for (Map.Entry<String, Path> file : files.files().entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                Files.copy(file.getValue(), zip);
                zip.closeEntry();
            }
        }
    }

    private HttpResponse<String> post(URI uri, BodyPublisher body) throws IOException {
        return send(
                HttpRequest.newBuilder(uri).header("Content-Type", "application/zip").POST(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        token.header().ifPresent(shown -> request.header(AccessToken.HEADER, shown));
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new IOException("eval-service does not answer: url=" + base, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private URI at(String path) {
        return URI.create(base.toString().replaceAll("/$", "") + path);
    }

    private static String encoded(Map<String, String> query) {
        return query.entrySet().stream()
                .map(
                        it ->
                                it.getKey()
                                        + "="
                                        + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                .reduce((all, one) -> all + "&" + one)
                .map(all -> "?" + all)
                .orElse("");
    }

    /** Problem details, with every wrong field; the answer as it is where there are none. */
    private static String reason(HttpResponse<String> answer) {
        String whole = "status=%d, answer=%s".formatted(answer.statusCode(), answer.body().strip());
        try {
            JsonNode problem = Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
            String details =
                    Stream.concat(
                                    Stream.of(problem.path("detail").asText()),
                                    problem.path("errors").valueStream().map(EvalClient::field))
                            .collect(Collectors.joining("; "));
            return details.isEmpty() ? whole : details;
        } catch (InvalidFieldsException e) {
            return whole;
        }
    }

    private static String field(JsonNode error) {
        return error.path("field").asText() + ": " + error.path("message").asText();
    }
}
