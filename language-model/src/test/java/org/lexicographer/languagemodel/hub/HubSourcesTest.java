package org.lexicographer.languagemodel.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.text.SourceFiles;
import org.lexicographer.languagemodel.tokenizer.RunChatTemplates;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.command.CommandContext;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.chat.ChatTemplate;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.testing.HubServer;

class HubSourcesTest {

    private static final String INDEX =
            """
            {"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors"}}
            """;

    @TempDir Path cache;

    private final HubServer server = HubServer.start();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final Map<String, String> environment =
            Map.of(
                    "HF_ENDPOINT",
                    server.endpoint().toString(),
                    "HUB_REDIRECT_HOSTS",
                    server.host());
    private final HubSources hub =
            new HubSources(new HubStore(objects, new Hub(HubSettings.of(environment))));
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String model;
    private String data;

    @BeforeEach
    void fillTheHub() {
        model =
                put(
                        "models/owner/model",
                        Map.of(
                                "config.json", "{}",
                                "tokenizer.json", "{1}",
                                "model-1-of-2.safetensors", "weights".repeat(1000),
                                "model-2-of-2.safetensors", "more",
                                "model.safetensors.index.json", INDEX,
                                "consolidated.safetensors", "the same weights",
                                "pytorch_model.bin", "the same weights",
                                "onnx/config.json", "another model"));
        data =
                put(
                        "datasets/owner/data",
                        Map.of(
                                "data/b.jsonl", "b",
                                "data/a.jsonl", "a",
                                "data/a.txt", "a",
                                "other/c.jsonl", "c"));
    }

    @AfterEach
    void stopTheHub() {
        server.close();
    }

    private String put(String name, Map<String, String> files) {
        Map<String, byte[]> bytes = new HashMap<>();
        files.forEach((path, content) -> bytes.put(path, content.getBytes(UTF_8)));
        return server.put(name, bytes);
    }

    private static HubPath path(String uri) {
        return (HubPath) SourceUri.parse(uri);
    }

    private String pinned() {
        return "hf://owner/model@" + model;
    }

    private ModelFolders folders() {
        return new ModelFolders(objects, cache, false, hub);
    }

    @Test
    void modelIsWhatItsIndexNames() throws IOException {
        Path folder = folders().find(pinned()).path();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "config.json",
                            "tokenizer.json",
                            "model-1-of-2.safetensors",
                            "model-2-of-2.safetensors",
                            "model.safetensors.index.json");
        }
    }

    @Test
    void storedModelIsFoundWithoutTheHub() {
        ModelFolder first = folders().find(pinned());
        server.close();

        assertThat(folders().find(pinned())).isEqualTo(first);
        assertThat(folders().find("s3://lexicographer/hub/models/owner/model/%s/".formatted(model)))
                .isEqualTo(first);
    }

    @Test
    void branchIsNotFetched() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> folders().find("hf://owner/model@main"))
                .withMessageContaining("expected=a commit, found=main");
    }

    @Test
    void branchIsPinnedToItsCommit() {
        assertThat(hub.pinned(path("hf://owner/model"))).hasToString(pinned());
    }

    @Test
    void modelWithoutReadableWeightsIsRefused() {
        String commit =
                put(
                        "models/owner/old",
                        Map.of("config.json", "{}", "pytorch_model.bin", "pickled"));

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> folders().find("hf://owner/old@" + commit))
                .withMessageContaining("no weights that are read here")
                .withMessageContaining("found=[pytorch_model.bin]");
    }

    @Test
    void indexThatLeadsElsewhereIsRefused() {
        String commit =
                put(
                        "models/owner/bad",
                        Map.of(
                                "config.json", "{}",
                                "model.safetensors.index.json",
                                        "{\"weight_map\": {\"a\": \"../x.safetensors\"}}"));

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> folders().find("hf://owner/bad@" + commit))
                .withMessageContaining("index names no files of its folder");
    }

    @Test
    void lookAtAModelLeavesItsWeightsWhereTheyAre() {
        ModelFiles files = ModelFiles.of(pinned(), objects, false, hub);

        assertThat(files.file("config.json")).contains("{}".getBytes(UTF_8));
        assertThat(files.file("nothing.json")).isEmpty();
        try (Stream<ObjectStat> stored = objects.list("")) {
            assertThat(stored).isEmpty();
        }
    }

    @Test
    void patternIsTheFilesOfItsCommit() {
        assertThat(hub.files(path("hf://datasets/owner/data@main/data/*.jsonl")))
                .extracting(HubPath::toString)
                .containsExactly(
                        "hf://datasets/owner/data@%s/data/a.jsonl".formatted(data),
                        "hf://datasets/owner/data@%s/data/b.jsonl".formatted(data));
    }

    @Test
    void storedFileIsFoundWithoutTheHub() {
        HubPath file = path("hf://datasets/owner/data@%s/data/a.jsonl".formatted(data));
        hub.file(file);
        server.close();

        assertThat(hub.files(file)).containsExactly(file);
    }

    @Test
    void twoSelectionsOfAFolderAreTwoThings() {
        String saes = put("models/owner/saes", Map.of("a/cfg.json", "{}", "a/sae.bin", "w"));
        HubPath folder = path("hf://owner/saes@%s/a".formatted(saes));

        String prefix = hub.folder(folder, tree -> List.of(tree.file("a/cfg.json"))).key();
        assertThat(stored(prefix)).containsExactly(prefix + "cfg.json");

        assertThat(fetch(folder.toString())).isZero();
        assertThat(stored(prefix)).containsExactly(prefix + "cfg.json", prefix + "sae.bin");
    }

    @Test
    void ofAWholeFolderAnySelectionIsFoundWithoutTheHub() {
        String saes = put("models/owner/saes", Map.of("a/cfg.json", "{}"));
        String uri = "hf://owner/saes@%s/a".formatted(saes);
        fetch(uri);
        server.close();

        assertThat(hub.folder(path(uri), tree -> tree.files()).key()).endsWith(saes + "/a/");
    }

    private List<String> stored(String prefix) {
        try (Stream<ObjectStat> stored = objects.list(prefix)) {
            return stored.map(ObjectStat::key).toList();
        }
    }

    @Test
    void patternWithoutFilesIsRefused() {
        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> hub.files(path("hf://datasets/owner/data/data/*.parquet")))
                .withMessageContaining("no such file: path=data/*.parquet");
    }

    @Test
    void whatIsNoPatternIsRefused() {
        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> hub.files(path("hf://datasets/owner/data/*a*a*a*a*a*a*a{b")))
                .withMessageContaining("choice not closed");
    }

    @Test
    void shardIsOpenedFromTheStore() throws IOException {
        SourceFiles files = new SourceFiles(objects, false, hub);
        HubPath shard = path("hf://datasets/owner/data@%s/data/a.jsonl".formatted(data));
        files.open(shard).close();
        server.close();

        try (InputStream content = files.open(shard)) {
            assertThat(content.readAllBytes()).isEqualTo("a".getBytes(UTF_8));
        }
    }

    @Test
    void shardOfABranchIsNotOpened() {
        SourceFiles files = new SourceFiles(objects, false, hub);

        assertThatIOException()
                .isThrownBy(() -> files.open(path("hf://datasets/owner/data@main/data/a.jsonl")))
                .withMessageContaining("expected=a commit, found=main");
    }

    private int fetch(String... arguments) {
        CommandContext context =
                new CommandContext(
                        environment,
                        (endpoint, bucket) -> objects.inBucket(bucket),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8));
        return new Fetch(context).run(arguments);
    }

    @Test
    void commandSaysWhatIsWhere() {
        put(
                "models/owner/saes",
                Map.of("layers.3/cfg.json", "{}", "layers.3/sae.safetensors", "w"));

        int exitCode =
                fetch(
                        "hf://owner/model",
                        "hf://datasets/owner/data/data/*.jsonl",
                        "hf://owner/saes/layers.3");

        assertThat(err.toString(UTF_8)).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(out.toString(UTF_8))
                .contains(
                        pinned()
                                + "\n  s3://lexicographer/hub/models/owner/model/"
                                + model
                                + "/  files=5",
                        "/data/a.jsonl  files=1, bytes=1",
                        "/data/b.jsonl  files=1, bytes=1",
                        "/layers.3/  files=2, bytes=3");
    }

    @Test
    void commandSaysWhatIsNotThere() {
        assertThat(fetch("hf://owner/nothing")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("fetch: hub has no such thing: status=404");
    }

    @Test
    void commandIsForTheHub() {
        assertThat(fetch("s3://bucket/key")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("not an address of the hub");
        assertThat(fetch()).isEqualTo(2);
    }

    /** {@code ./run fetch --help} shows this file, before anything is built. */
    @Test
    void theHelpThatIsShownIsItsOwn() throws IOException {
        assertThat(fetch("--help")).isZero();
        assertThat(out).hasToString(Files.readString(Path.of("../docs/help/fetch.txt")));
    }

    /** An earlier version has fetched the model, without the file of its template. */
    @Test
    void aTemplateThatIsNotStoredIsReadFromTheHub() {
        String commit =
                put(
                        "models/owner/chatty",
                        Map.of("config.json", "{}", "chat_template.jinja", "of the hub"));
        ModelFiles stored = name -> Optional.empty();
        RunChatTemplates templates = new RunChatTemplates(objects, hub);

        ChatTemplate template = templates.keep("chats", "hf://owner/chatty@" + commit, stored);

        assertThat(template.render(Json.tree("[{\"content\": \"a\"}]".getBytes(UTF_8))))
                .isEqualTo("of the hub");
        assertThat(objects.list(HubStore.PREFIX)).isEmpty();
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> templates.keep("others", "hf://owner/model@" + model, stored))
                .withMessageContaining("no template of chats");
    }
}
