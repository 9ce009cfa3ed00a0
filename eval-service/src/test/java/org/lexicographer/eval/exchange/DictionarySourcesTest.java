package org.lexicographer.eval.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.testing.HubServer;

class DictionarySourcesTest {

    private static final long MAX_BYTES = 100;

    private final HubServer server = HubServer.start();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final DictionarySources hub =
            new DictionarySources(
                    new HubSources(
                            new HubStore(
                                    objects,
                                    new Hub(
                                            HubSettings.of(
                                                    Map.of(
                                                            "HF_ENDPOINT",
                                                            server.endpoint().toString()))))),
                    objects);
    private final String commit =
            server.put(
                    "models/owner/saes",
                    Map.of(
                            "layers.3/cfg.json", "{}".getBytes(UTF_8),
                            "layers.3/sae.safetensors", "weights".getBytes(UTF_8),
                            "layers.3/notes.md", "notes".getBytes(UTF_8),
                            "layers.30/sae.safetensors", new byte[(int) MAX_BYTES + 1],
                            "README.md", "saes".getBytes(UTF_8)));

    @AfterEach
    void stopTheHub() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://owner/saes/layers.3",
                "hf://owner/saes@main/layers.3/",
                "hf://owner/saes/layers.3/sae.safetensors"
            })
    void folderIsFetchedWithWhatFormatsHave(String uri) {
        try (UploadedFolder folder = hub.fetch(uri, MAX_BYTES)) {
            assertThat(folder.name()).isEqualTo("owner/saes/layers.3");
            assertThat(folder.format(Optional.empty())).isEqualTo(FolderFormat.SPARSIFY);
            assertThat(folder.file("sae.safetensors").orElseThrow()).hasContent("weights");
            assertThat(folder.path()).isDirectoryNotContaining("glob:**notes.md");
        }
    }

    @Test
    void storedFolderIsReadWithoutTheHub() {
        String pinned = "hf://owner/saes@" + commit + "/layers.3";
        hub.fetch(pinned, MAX_BYTES).close();
        server.close();

        try (UploadedFolder folder = hub.fetch(pinned, MAX_BYTES)) {
            assertThat(folder.file("cfg.json").orElseThrow()).hasContent("{}");
        }
    }

    @Test
    void folderWithoutADictionaryIsRefused() {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> hub.fetch("hf://owner/saes", MAX_BYTES))
                .withMessageContaining("from")
                .withMessageContaining("no dictionary: found=[]");
    }

    @Test
    void largeFolderIsRefusedBeforeItIsFetched() {
        assertThatExceptionOfType(TooLargeException.class)
                .isThrownBy(() -> hub.fetch("hf://owner/saes/layers.30", MAX_BYTES));
        assertThat(objects.list("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://lexicographer/mine/layers.3/",
                "s3://lexicographer/mine/layers.3",
                "s3://lexicographer/mine/layers.3/sae.safetensors"
            })
    void folderOfTheStoreIsTakenWithWhatFormatsHave(String uri) {
        objects.put("mine/layers.3/cfg.json", "{}".getBytes(UTF_8));
        objects.put("mine/layers.3/sae.safetensors", "weights".getBytes(UTF_8));
        objects.put("mine/layers.3/notes.md", new byte[(int) MAX_BYTES + 1]);
        objects.put("mine/layers.30/sae.safetensors", new byte[(int) MAX_BYTES + 1]);

        try (UploadedFolder folder = hub.fetch(uri, MAX_BYTES)) {
            assertThat(folder.name()).isEqualTo("lexicographer/mine/layers.3");
            assertThat(folder.format(Optional.empty())).isEqualTo(FolderFormat.SPARSIFY);
            assertThat(folder.file("sae.safetensors").orElseThrow()).hasContent("weights");
            assertThat(folder.path()).isDirectoryNotContaining("glob:**notes.md");
        }
        assertThatExceptionOfType(TooLargeException.class)
                .isThrownBy(() -> hub.fetch("s3://lexicographer/mine/layers.30/", MAX_BYTES));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://lexicographer/key",
                "file:/layers.3/",
                "hf://owner",
                "layers.3",
                "s3://lexicographer/../layers.3/",
                "s3://../layers.3/",
                "http://169.254.169.254/layers.3/",
                "hf://127.0.0.1:9000/owner/name",
                "hf://owner/name@main/../../layers.3"
            })
    void otherAddressesAreRefused(String uri) {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> hub.fetch(uri, MAX_BYTES))
                .withMessageContaining("from");
    }

    @Test
    void languageModelOfARequestIsPinned() {
        ImportRequest request =
                ImportRequest.read(
                        Optional.empty(),
                        Optional.of("hf://owner/saes@main"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());

        ImportRequest pinned = hub.pinned(request);

        assertThat(pinned.languageModel()).contains("hf://owner/saes@" + commit);
        assertThat(pinned.revision()).contains("main");
        assertThat(hub.pinned(pinned)).isEqualTo(pinned);
    }
}
