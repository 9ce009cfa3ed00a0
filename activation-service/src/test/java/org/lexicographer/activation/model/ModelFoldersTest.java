package org.lexicographer.activation.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;

class ModelFoldersTest {

    private static final String URI = "s3://lexicographer/models/a/";

    @TempDir Path cache;

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

    @Test
    void fetchesWhatAModelIsMadeOf() throws IOException {
        // When
        Path folder = folders.find(URI);

        // Then
        assertThat(names(folder)).containsExactly("config.json", "model.safetensors");
        assertThat(folder.resolve("model.safetensors")).hasContent("weights");
        assertThat(names(cache)).containsExactly(folder.getFileName().toString());
    }

    @Test
    void anAddressWithoutItsLastSlashIsTheSameModel() throws IOException {
        assertThat(names(folders.find("s3://lexicographer/models/a"))).hasSize(2);
    }

    @Test
    void fetchesOnce() throws IOException {
        // Given
        Path folder = folders.find(URI);
        Path marker = Files.createFile(folder.resolve("marker"));

        // Then
        assertThat(folders.find(URI)).isEqualTo(folder);
        assertThat(marker).exists();
    }

    @Test
    void aModelThatChangedInTheStoreIsAnotherFolder() throws IOException {
        // Given
        Path before = folders.find(URI);

        // When
        put("models/a/model.safetensors", "WEIGHTS");
        Path after = folders.find(URI);

        // Then
        assertThat(after).isNotEqualTo(before);
        assertThat(after.resolve("model.safetensors")).hasContent("WEIGHTS");
        assertThat(before.resolve("model.safetensors")).hasContent("weights");
    }

    @Test
    void aFileThatWasCutOffIsFetchedAgain() throws IOException {
        // Given
        Path folder = folders.find(URI);
        Files.writeString(folder.resolve("model.safetensors"), "wei");

        // When
        Path again = folders.find(URI);

        // Then
        assertThat(again).isEqualTo(folder);
        assertThat(again.resolve("model.safetensors")).hasContent("weights");
    }

    @Test
    void whereThereIsNoModelTheRunIsUnusable() {
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(() -> folders.find("s3://lexicographer/models/none/"))
                .withMessage("no such language model: uri=s3://lexicographer/models/none/");
    }

    @Test
    void aBucketThatDoesNotExistMakesTheRunUnusable() {
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(() -> folders.find("s3://elsewhere/models/a/"))
                .withMessageContaining("s3://elsewhere/models/a/");
    }

    @Test
    void localFoldersAreReadOnlyWhereTheyAreAllowed() {
        // Given
        String uri = cache.toUri().toString();

        // Then
        assertThat(new ModelFolders(objects, cache, true).find(uri)).isEqualTo(cache);
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(() -> folders.find(uri))
                .withMessageContaining("local-files.allowed=false");
    }

    @Test
    void aLocalFolderThatIsNotThereMakesTheRunUnusable() {
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(
                        () ->
                                new ModelFolders(objects, cache, true)
                                        .find(cache.resolve("none").toUri().toString()))
                .withMessageStartingWith("no such language model: uri=file:");
    }
}
