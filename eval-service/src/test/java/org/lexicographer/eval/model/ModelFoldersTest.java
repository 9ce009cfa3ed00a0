package org.lexicographer.eval.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.objectstore.InMemoryObjectStore;

class ModelFoldersTest {

    private static final String URI = "s3://models/tiny/";

    @TempDir private Path cache;

    private final InMemoryObjectStore models =
            new InMemoryObjectStore("lexicographer").inBucket("models");

    private ModelFolders folders(boolean localFilesAllowed) {
        return new ModelFolders(
                models.inBucket("lexicographer"), cache.resolve("models"), localFilesAllowed);
    }

    private void storeModel(byte... weights) {
        models.ensureBucket();
        models.put("tiny/config.json", new byte[] {'{', '}'});
        models.put("tiny/model.safetensors", weights);
        models.put("tiny/pytorch_model.bin", new byte[1]);
        models.put("tiny/runs/log.json", new byte[1]);
    }

    @Test
    void copiesTheFilesThatAModelIsMadeOf() {
        // Given
        storeModel((byte) 1);

        // When
        Path folder = folders(false).find(URI);

        // Then
        assertThat(folder)
                .isDirectoryNotContaining("glob:**/*.bin")
                .isDirectoryContaining("glob:**/config.json");
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(new byte[] {1});
    }

    @Test
    void copiesAgainOnlyWhenTheFolderHasChanged() {
        // Given
        storeModel((byte) 1);
        Path first = folders(false).find(URI);

        // When
        Path same = folders(false).find("s3://models/tiny");
        storeModel((byte) 2);
        Path changed = folders(false).find(URI);

        // Then
        assertThat(same).isEqualTo(first);
        assertThat(changed).isNotEqualTo(first);
        assertThat(changed.resolve("model.safetensors")).hasBinaryContent(new byte[] {2});
        assertThat(first.resolve("model.safetensors")).hasBinaryContent(new byte[] {1});
    }

    @Test
    void namesTheFolderThatIsNotThere() {
        // Given
        storeModel((byte) 1);

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> folders(false).find("s3://models/other/"))
                .withMessage("language model not readable: no files, uri=s3://models/other/");
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> folders(false).find("s3://nowhere/other/"))
                .withMessageContaining("uri=s3://nowhere/other/");
    }

    @Test
    void localFoldersMustBeAllowed() {
        // Given
        String uri = cache.toUri().toString();

        // When / Then
        assertThat(folders(true).find(uri)).isEqualTo(cache);
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> folders(false).find(uri))
                .withMessage("local files not allowed: uri=" + uri);
    }
}
