package org.lexicographer.pipeline.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFolderTest {

    private static final String INDEX = "model.safetensors.index.json";

    @TempDir Path folder;

    private void writeFile(String fileName, String tensor, float value) throws IOException {
        SafetensorsWriter writer =
                new SafetensorsWriter()
                        .metadata("file", fileName)
                        .addFloats(tensor, List.of(1L), new float[] {value});
        try (OutputStream out = Files.newOutputStream(folder.resolve(fileName))) {
            writer.writeTo(out);
        }
    }

    private void writeIndex(String json) throws IOException {
        Files.writeString(folder.resolve(INDEX), json);
    }

    private void assertRejected(String message) {
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> SafetensorsFolder.open(folder))
                .withMessageContaining(message);
    }

    @Test
    void readsASingleFile() throws IOException {
        // Given
        writeFile("model.safetensors", "a", 1f);

        // When
        try (SafetensorsFolder tensors = SafetensorsFolder.open(folder)) {

            // Then
            assertThat(tensors.names()).containsExactly("a");
            assertThat(tensors.floats("a")).containsExactly(1f);
            assertThat(tensors.metadata()).containsEntry("file", "model.safetensors");
        }
    }

    @Test
    void readsShardsAsOne() throws IOException {
        // Given
        writeFile("model-00001-of-00002.safetensors", "b", 1f);
        writeFile("model-00002-of-00002.safetensors", "a", 2f);
        writeIndex(
                """
                {"metadata": {"total_size": 8}, "weight_map": {
                  "b": "model-00001-of-00002.safetensors",
                  "a": "model-00002-of-00002.safetensors"}}""");

        // When
        try (SafetensorsFolder tensors = SafetensorsFolder.open(folder)) {

            // Then
            assertThat(tensors.names()).containsExactly("a", "b");
            assertThat(tensors.floats("b")).containsExactly(1f);
            assertThat(tensors.floats("a")).containsExactly(2f);
            assertThat(tensors.entry("a").shape()).containsExactly(1L);
            assertThat(tensors.bytes("a").remaining()).isEqualTo(4);
            assertThatExceptionOfType(SafetensorsException.class)
                    .isThrownBy(() -> tensors.floats("c"))
                    .withMessage("no such tensor: tensor=c");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"../x.safetensors\"",
                "\"/etc/x.safetensors\"",
                "\"sub/x.safetensors\"",
                "\"..\\\\x.safetensors\"",
                "\"C:x.safetensors\"",
                "\"..\"",
                "\"\"",
                "\"config.json\"",
                "null",
                "3",
                "{}"
            })
    void rejectsAnIndexThatLeavesTheFolder(String fileName) throws IOException {
        // Given
        writeIndex("{\"weight_map\": {\"a\": %s}}".formatted(fileName));

        // When, Then
        assertRejected("index names something else than a .safetensors file of its folder");
    }

    @Test
    void rejectsAMissingFile() throws IOException {
        // Given
        writeIndex("{\"weight_map\": {\"a\": \"absent.safetensors\"}}");

        // When, Then
        assertRejected("file missing that the index names: file=");
    }

    @Test
    void rejectsATensorThatItsFileLacks() throws IOException {
        // Given
        writeFile("x.safetensors", "a", 1f);
        writeIndex("{\"weight_map\": {\"a\": \"x.safetensors\", \"b\": \"x.safetensors\"}}");

        // When, Then
        assertRejected("tensor missing from the file that the index names: tensor=b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "{\"weight_map\": []}", "3", ""})
    void rejectsAnIndexOfAnotherForm(String json) throws IOException {
        // Given
        writeIndex(json);

        // When, Then
        assertRejected("index has the wrong form: expected=object weight_map");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}", "{} {}"})
    void rejectsAnIndexThatIsNotJson(String json) throws IOException {
        // Given
        writeIndex(json);

        // When, Then
        assertRejected("index is not valid JSON");
    }

    @Test
    void rejectsAnIndexThatNestsDeeply() throws IOException {
        // Given
        writeIndex("[".repeat(100_000));

        // When, Then
        assertRejected("index is not valid JSON");
    }

    @Test
    void rejectsAFolderWithoutWeights() {
        assertRejected("no weights in the folder: expected=model.safetensors or");
    }
}
