package org.lexicographer.eval.service.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.Mutations;

/** The form with a file, sent by something that is almost a browser: answered, and never by 500. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class MutatedFormsTest {

    private static final String FORM = "multipart/form-data; boundary=edge";
    private static final String PATH = "/pages/import";
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;

    /** Of all threads: what broker and store of the test take beside the reading is little. */
    private static final long ALLOCATED = 64L << 20;

    private static final List<byte[]> WORDS =
            Stream.of(
                            "--edge",
                            "--edge--",
                            "\r\n\r\n",
                            "\r\n",
                            "name=\"\"",
                            "name=\"zip\"",
                            "name=\"run\"",
                            "filename=\"../../a\"",
                            "filename=\"\u0000\"",
                            "filename*=UTF-8''%2e%2e%2fa",
                            "Content-Transfer-Encoding: base64\r\n",
                            "Content-Transfer-Encoding: quoted-printable\r\n",
                            "Content-Type: multipart/mixed; boundary=inner\r\n",
                            "charset=UTF-7",
                            "charset=no-such-one")
                    .map(word -> word.getBytes(UTF_8))
                    .toList();

    @Inject ObjectStore store;

    private final HttpClient client = HttpClient.newHttpClient();

    /** A request that was answered as one that is not right. */
    private static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;
    }

    private static byte[] form(byte[] zip) {
        StringBuilder form = new StringBuilder();
        field(form, "run", "from-a-form");
        field(form, "site", "layers.1.mlp.out");
        field(form, "recipe", "mutated");
        field(form, "format", "");
        field(form, "languageModel", "s3://lexicographer/models/none/");
        field(form, "revision", "");
        field(form, "contextLength", "16");
        form.append("--edge\r\nContent-Disposition: form-data; name=\"zip\"; filename=\"d.zip\"\r\n")
                .append("Content-Type: application/zip\r\n\r\n")
                .append(new String(zip, ISO_8859_1))
                .append("\r\n--edge--\r\n");
        return form.toString().getBytes(ISO_8859_1);
    }

    private static void field(StringBuilder form, String name, String value) {
        form.append("--edge\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n".formatted(name))
                .append(value)
                .append("\r\n");
    }

    @Test
    void everyFormIsAnswered() {
        byte[] zip = ZippedFolder.reference("standard").zip();
        List<byte[]> forms = List.of(form(zip), form(new byte[] {1, 2, 3}), form(new byte[0]));

        Attack.Outcome outcome =
                new Attack("form", Set.of(Refused.class), ALLOCATED)
                        .on(body -> send(FORM, body), new Mutations(1, forms, WORDS));

        assertThat(outcome.refused()).isPositive();
        assertThat(store.list("dictionaries/")).isEmpty();
    }

    @Test
    void everyBoundaryIsAnswered() {
        byte[] body = form(new byte[] {1, 2, 3});

        Attack.Outcome outcome =
                new Attack("boundary", Set.of(Refused.class), ALLOCATED)
                        .on(
                                type -> send(header(type), body),
                                new Mutations(2, List.of(FORM.getBytes(UTF_8)), WORDS));

        assertThat(outcome.refused()).isPositive();
    }

    /** What may stand in a header: the client sends nothing else. */
    private static String header(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1).replaceAll("[^\\x20-\\x7e]", "");
        return text.isBlank() ? "multipart/form-data" : text;
    }

    private void send(String type, byte[] body) throws Refused, IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:%d%s".formatted(RestAssured.port, PATH)))
                        .header("Content-Type", type)
                        .header("Accept", "text/html")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= SERVER_ERROR) {
            throw new AssertionError(
                    "answered %d: %s".formatted(answer.statusCode(), answer.body()));
        }
        if (answer.statusCode() >= CLIENT_ERROR) {
            throw new Refused();
        }
    }

    @Test
    void aFormThatIsAnnouncedTooLargeIsAProblem() throws IOException {
        String head =
                "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(PATH, FORM, (1L << 30) + 1);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(ISO_8859_1));
            out.flush();

            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 413 ")
                    .contains("application/problem+json")
                    .contains("request too large: expected at most=1073741824 bytes");
        }
    }
}
