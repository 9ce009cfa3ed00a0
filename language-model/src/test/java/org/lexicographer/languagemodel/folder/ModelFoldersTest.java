package org.lexicographer.languagemodel.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.InMemoryObjectStore;

class ModelFoldersTest {

    private static final String URI = "s3://lexicographer/models/a/";
    private static final String WEIGHTS = "model.safetensors";

    @TempDir Path cache;
    @TempDir Path local;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private ModelFolders folders;

    @BeforeEach
    void storeModel() {
        put("models/a/config.json", "{}");
        put("models/a/model.safetensors", "weights");
        put("models/a/pytorch_model.bin", "the same weights in another format");
        put("models/a/onnx/config.json", "another model");
        put("models/abc/config.json", "a model whose name begins the same");
        folders = new ModelFolders(objects, cache, false);
    }

    private void put(String key, String content) {
        objects.put(key, content.getBytes(UTF_8));
    }

    private static Stream<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    private ModelFolder findLocal() {
        return new ModelFolders(objects, cache, true).find(local.toUri().toString());
    }

    @Test
    void fetchesWhatAModelIsMadeOf() throws IOException {
        // When
        Path folder = folders.find(URI).path();

        // Then
        assertThat(names(folder)).containsExactly("config.json", WEIGHTS);
        assertThat(folder.resolve(WEIGHTS)).hasContent("weights");
        assertThat(names(cache)).containsExactly(folder.getFileName().toString());
    }

    @Test
    void anAddressWithoutItsLastSlashIsTheSameModel() {
        assertThat(folders.find("s3://lexicographer/models/a")).isEqualTo(folders.find(URI));
    }

    @Test
    void fetchesOnce() throws IOException {
        // Given
        ModelFolder folder = folders.find(URI);
        Path marker = Files.createFile(folder.path().resolve("marker"));

        // Then
        assertThat(folders.find(URI)).isEqualTo(folder);
        assertThat(marker).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", WEIGHTS, "tokenizer.json", "special_tokens_map.json"})
    void aModelThatWasReplacedInTheStoreIsAnotherModel(String file) {
        // Given
        put("models/a/" + file, "{1}");
        ModelFolder before = folders.find(URI);

        // When
        put("models/a/" + file, "{2}");
        ModelFolder after = folders.find(URI);

        // Then
        assertThat(after.content()).isNotEqualTo(before.content());
        assertThat(after.path().resolve(file)).hasContent("{2}");
        assertThat(before.path().resolve(file)).hasContent("{1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", WEIGHTS, "tokenizer.json", "special_tokens_map.json"})
    void aLocalModelThatWasReplacedInPlaceIsAnotherModel(String name) throws IOException {
        // Given
        Path file = Files.writeString(local.resolve(name), "{1}");
        FileTime time = FileTime.fromMillis(0);
        Files.setLastModifiedTime(file, time);
        ModelFolders finder = new ModelFolders(objects, cache, true);
        ModelFolder before = finder.find(local.toUri().toString());

        // When
        Files.writeString(file, "{2}");
        Files.setLastModifiedTime(file, time);
        ModelFolder after = finder.find(local.toUri().toString());

        // Then
        assertThat(after.path()).isEqualTo(before.path());
        assertThat(after.content()).isNotEqualTo(before.content());
    }

    @Test
    void theSameFilesElsewhereAreTheSameModel() throws IOException {
        // Given
        put("models/copy/config.json", "{}");
        put("models/copy/model.safetensors", "weights");

        // Then
        assertThat(folders.find("s3://lexicographer/models/copy/")).isEqualTo(folders.find(URI));
    }

    @Test
    void aLocalModelIsUsedWhereItIs() throws IOException {
        // Given
        Files.writeString(local.resolve(WEIGHTS), "weights");

        // Then
        assertThat(findLocal().path()).isEqualTo(local);
        assertThat(findLocal()).isEqualTo(findLocal());
        assertThat(names(cache)).isEmpty();
    }

    @Test
    void aFileThatWasCutOffIsFetchedAgain() throws IOException {
        // Given
        ModelFolder folder = folders.find(URI);
        Files.writeString(folder.path().resolve(WEIGHTS), "wei");

        // When
        ModelFolder again = folders.find(URI);

        // Then
        assertThat(again).isEqualTo(folder);
        assertThat(again.path().resolve(WEIGHTS)).hasContent("weights");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://lexicographer/models/none/",
                "s3://elsewhere/models/a/",
                "s3://lexicographer",
                "http://example.org/models/a/",
                "models/a"
            })
    void whereThereIsNoModelTheAddressIsNamed(String uri) {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> folders.find(uri))
                .withMessageContaining(uri);
    }

    @Test
    void localFoldersAreReadOnlyWhereTheyAreAllowed() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> folders.find(local.toUri().toString()))
                .withMessageContaining("local-files.allowed=false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:relative",
                "file:/a b",
                "file://host/a",
                "file:/a#b",
                "file:/none",
                "file:",
                "file:/a%00"
            })
    void aLocalAddressWithoutAFolderIsNamed(String uri) {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> new ModelFolders(objects, cache, true).find(uri))
                .withMessageContaining("uri=" + uri);
    }

    @Test
    void aLocalFolderWithoutAnyModelFileIsNamed() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(this::findLocal)
                .withMessageContaining(local.toString());
    }
}
