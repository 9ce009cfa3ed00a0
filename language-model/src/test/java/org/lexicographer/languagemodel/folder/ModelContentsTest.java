package org.lexicographer.languagemodel.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;

class ModelContentsTest {

    private static final String URI = "s3://models/a/";

    @TempDir Path folder;
    @TempDir Path cache;

    private final InMemoryObjectStore stored = new InMemoryObjectStore("models");
    private final ModelContents contents = new ModelContents(stored, true);

    @Test
    void isThatOfTheFolderThatIsFetched() {
        stored.put("a/config.json", "{}".getBytes(UTF_8));

        assertThat(contents.of(URI))
                .isEqualTo(new ModelFolders(stored, cache, false).find(URI).content());
    }

    @Test
    void followsAStoredModelThatIsReplacedAndBack() {
        stored.put("a/config.json", "[1]".getBytes(UTF_8));
        String first = contents.of(URI);

        stored.put("a/config.json", "[2]".getBytes(UTF_8));
        String second = contents.of(URI);
        stored.put("a/config.json", "[1]".getBytes(UTF_8));

        assertThat(second).isNotEqualTo(first);
        assertThat(contents.of(URI)).isEqualTo(first);
    }

    @Test
    void followsAModelOfThisMachineThatIsReplaced() throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), "[1]");
        String first = contents.of(folder.toUri().toString());

        Files.writeString(config, "[2]");

        assertThat(contents.of(folder.toUri().toString())).isNotEqualTo(first);
    }
}
