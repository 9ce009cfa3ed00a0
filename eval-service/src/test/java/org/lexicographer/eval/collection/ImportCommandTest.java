package org.lexicographer.eval.collection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.testing.HubServer;

/** The command, before a small server that stores dictionaries as eval-service does. */
class ImportCommandTest {

    private static final String SPARSIFY = "{\"k\": 2}";

    @TempDir private Path folder;

    private final HubServer hub = HubServer.start();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> stored = new HashMap<>();
    private final List<String> queries = new ArrayList<>();
    private final List<ZippedFolder> bodies = new ArrayList<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final Set<String> shown = new HashSet<>();
    private HttpServer service;

    @BeforeEach
    void startTheService() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/dictionaries/", this::answer);
        service.start();
    }

    @AfterEach
    void stopTheServers() {
        service.stop(0);
        hub.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String id =
                exchange.getRequestURI()
                        .getPath()
                        .replace("/dictionaries/", "")
                        .replace("/import", "");
        shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        int status = 200;
        String answer = stored.getOrDefault(id, "{}");
        String request = exchange.getRequestMethod() + " " + id.split("/")[1];
        if (failures.containsKey(request)) {
            exchange.getRequestBody().readAllBytes();
            status = failures.get(request);
            answer = status == 502 ? "" : "trouble";
        } else if (exchange.getRequestMethod().equals("POST")) {
            String query = exchange.getRequestURI().getRawQuery();
            queries.add(query == null ? "" : URLDecoder.decode(query, UTF_8));
            bodies.add(ZippedFolder.of(exchange.getRequestBody().readAllBytes()));
            status = id.contains("layers.9") ? 422 : 201;
            answer =
                    status == 201
                            ? "{}"
                            : "{\"detail\": \"not usable\", \"errors\": [{\"field\": \"from\", \"message\": \"too wide\"}]}";
            if (status == 201) {
                stored.put(id, details("sparsify"));
            }
        } else if (!stored.containsKey(id)) {
            status = 404;
        }
        byte[] bytes = answer.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String details(String format) {
        return "{\"config\": {\"imported\": {\"format\": \"%s\"}}}".formatted(format);
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--url=http://localhost:" + service.getAddress().getPort() + "/");
        return new ImportCommand(
                        Map.of(
                                "HF_ENDPOINT",
                                hub.endpoint().toString(),
                                "LEXICOGRAPHER_TOKEN",
                                "lex_mine"),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8))
                .run(all.toArray(String[]::new));
    }

    private void put(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void putDictionaries(String... modules) throws IOException {
        for (String module : modules) {
            put(module + "/cfg.json", SPARSIFY);
            put(module + "/sae.safetensors", "weights of " + module);
        }
    }

    @Test
    void everyDictionaryIsImportedAndARepetitionPassesOverThem() throws IOException {
        folder = Files.createDirectory(folder.resolve("Some_Set"));
        putDictionaries("layers.0.mlp", "layers.1.mlp");

        int first = run(folder.toString(), "--language-model=s3://b/m/", "--context-length=64");
        String imported = out.toString(UTF_8);
        int second = run(folder.toString(), "--language-model=s3://b/m/");

        assertThat(first).isZero();
        assertThat(imported)
                .isEqualTo(
                        """
                        imported  some-set/layers.0.mlp.out/some-set  from layers.0.mlp
                        imported  some-set/layers.1.mlp.out/some-set  from layers.1.mlp
                        """);
        assertThat(queries)
                .containsExactly(
                        "contextLength=64&languageModel=s3://b/m/",
                        "contextLength=64&languageModel=s3://b/m/");
        assertThat(bodies.getFirst().files())
                .containsOnlyKeys(
                        "Some_Set/layers.0.mlp/cfg.json", "Some_Set/layers.0.mlp/sae.safetensors")
                .hasEntrySatisfying(
                        "Some_Set/layers.0.mlp/sae.safetensors",
                        it -> assertThat(it).asString(UTF_8).isEqualTo("weights of layers.0.mlp"));
        assertThat(second).isZero();
        assertThat(out.toString(UTF_8))
                .contains("skipped   some-set/layers.0.mlp.out/some-set", ", is there already");
    }

    @Test
    void whatIsRefusedIsNamedAndTheOthersAreImported() throws IOException {
        putDictionaries("layers.1.mlp", "layers.9.mlp", "lm_head");
        stored.put("set/layers.1.mlp.out/mine", details("saelens"));
        putDictionaries("mine/layers.1.mlp");

        int exitCode = run(folder.toString(), "--run=set");

        assertThat(exitCode).isEqualTo(1);
        assertThat(out.toString(UTF_8).lines())
                .anyMatch(it -> it.startsWith("imported  set/layers.1.mlp.out/"))
                .contains(
                        "refused   layers.9.mlp: not usable; from: too wide",
                        "refused   lm_head: site unknown: neither files nor folders name one, found=nothing",
                        "refused   mine/layers.1.mlp: name is taken: dictionary=set/layers.1.mlp.out/mine, imported from format=saelens");
    }

    @Test
    void aFailureAtOneDictionaryLeavesTheOthers() throws IOException {
        putDictionaries("layers.1.mlp", "layers.2.mlp", "layers.3.mlp");
        failures.put("GET layers.1.mlp.out", 500);
        failures.put("POST layers.2.mlp.out", 502);

        assertThat(run(folder.toString(), "--run=set")).isEqualTo(1);

        assertThat(out.toString(UTF_8).lines())
                .hasSize(3)
                .contains(
                        "refused   layers.1.mlp: status=500, answer=trouble",
                        "refused   layers.2.mlp: status=502, answer=")
                .anyMatch(it -> it.startsWith("imported  set/layers.3.mlp.out/"));
    }

    @Test
    void aServiceThatIsAwayIsAskedNoMore() throws IOException {
        putDictionaries("layers.1.mlp", "layers.2.mlp");
        failures.put("POST layers.1.mlp.out", 503);

        assertThat(run(folder.toString(), "--run=set")).isEqualTo(1);

        assertThat(err.toString(UTF_8)).startsWith("import: status=503, answer=trouble");
        assertThat(stored).isEmpty();
    }

    @Test
    void aLinkToAFolderIsThatFolder() throws IOException {
        putDictionaries("sets/layers.1.mlp");
        Path link = Files.createSymbolicLink(folder.resolve("latest"), folder.resolve("sets"));

        assertThat(run(link.toString())).isZero();

        assertThat(out)
                .hasToString("imported  latest/layers.1.mlp.out/latest  from layers.1.mlp\n");
    }

    @Test
    void aConfigThatTheHubDoesNotGiveIsNamedAndTheOthersAreImported() {
        byte[] config = SPARSIFY.getBytes(UTF_8);
        byte[] weights = "w".getBytes(UTF_8);
        String commit =
                hub.put(
                        "models/owner/sae-set",
                        Map.of(
                                "layers.1.mlp/cfg.json", new byte[(1 << 20) + 1],
                                "layers.1.mlp/sae.safetensors", weights,
                                "layers.2.mlp/cfg.json", config,
                                "layers.2.mlp/sae.safetensors", weights,
                                "layers.3.mlp/cfg.json", config,
                                "layers.3.mlp/sae.safetensors", weights));
        hub.fail(
                "/owner/sae-set/resolve/%s/layers.2.mlp/cfg.json".formatted(commit),
                new HubServer.Fault.Status(403, "X-Error-Code", "GatedRepo"));

        assertThat(run("hf://owner/sae-set")).isEqualTo(1);

        assertThat(out.toString(UTF_8).lines())
                .hasSize(3)
                .anyMatch(it -> it.startsWith("refused   layers.1.mlp: file of the hub too large"))
                .anyMatch(it -> it.startsWith("refused   layers.2.mlp: ") && it.contains("403"))
                .contains("imported  sae-set/layers.3.mlp.out/sae-set  from layers.3.mlp");
    }

    @Test
    void theServiceIsShownWhoImports() throws IOException {
        putDictionaries("layers.1.mlp");

        assertThat(run(folder.toString(), "--run=set", "--language-model=s3://b/m/")).isZero();

        assertThat(shown).containsExactly("Bearer lex_mine");
    }

    @Test
    void aListImportsNothing() throws IOException {
        putDictionaries("layers.1.mlp");

        assertThat(run(folder.toString(), "--run=set", "--list")).isZero();

        assertThat(out.toString(UTF_8)).startsWith("would be  set/layers.1.mlp.out/");
        assertThat(queries).isEmpty();
    }

    @Test
    void aRepositoryOfTheHubIsFetchedByTheServiceAtItsCommit() {
        String commit =
                hub.put(
                        "models/owner/sae-set",
                        Map.of(
                                "sub/layers.3.mlp/cfg.json", SPARSIFY.getBytes(UTF_8),
                                "sub/layers.3.mlp/sae.safetensors", "w".getBytes(UTF_8),
                                "README.md", "saes".getBytes(UTF_8)));

        assertThat(run("hf://owner/sae-set")).isZero();
        assertThat(out)
                .hasToString("imported  sae-set/layers.3.mlp.out/sub  from sub/layers.3.mlp\n");
        assertThat(queries)
                .containsExactly("from=hf://owner/sae-set@" + commit + "/sub/layers.3.mlp");
        assertThat(run("hf://owner/sae-set@" + commit + "/sub", "--list")).isZero();
        assertThat(out).asString().contains("sub/layers.3.mlp.out/sub  from layers.3.mlp");
    }

    @Test
    void aZipOfTheHubIsReadHere() throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream entries = new ZipOutputStream(zip)) {
            for (String name : new String[] {"cfg.json", "sae.safetensors"}) {
                entries.putNextEntry(new ZipEntry("all/layers.3.mlp/" + name));
                entries.write(SPARSIFY.getBytes(UTF_8));
            }
        }
        hub.put("models/owner/set", Map.of("zips/ten.zip", zip.toByteArray()));

        assertThat(run("hf://owner/set/zips/ten.zip")).isZero();

        assertThat(out).hasToString("imported  ten/layers.3.mlp.out/all  from all/layers.3.mlp\n");
        assertThat(bodies.getFirst().files())
                .containsOnlyKeys(
                        "ten/all/layers.3.mlp/cfg.json", "ten/all/layers.3.mlp/sae.safetensors");
    }

    @Test
    void whatCannotBeReadIsSaid() throws IOException {
        put("README.md", "nothing");

        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(err.toString(UTF_8)).startsWith("import: ");
        assertThat(run(folder.resolve("README.md").toString())).isEqualTo(1);
        assertThat(err.toString(UTF_8)).startsWith("import: not a folder and not a zip");
        assertThat(run("hf://owner/nothing")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).startsWith("import: hub has no such thing");
        assertThat(run("hf://datasets/owner/name")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).startsWith("import: no repository of dictionaries");
        service.stop(0);
        putDictionaries("layers.1.mlp");
        assertThat(run(folder.toString(), "--run=set")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).startsWith("import: eval-service does not answer");
    }

    /** {@code ./run import --help} shows this file, before anything is built. */
    @Test
    void theHelpThatIsShownIsItsOwn() throws IOException {
        assertThat(run("--help")).isZero();
        assertThat(out).hasToString(Files.readString(Path.of("../docs/help/import.txt")));
    }
}
