package org.lexicographer.eval.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TemporaryFolderTest {

    @Test
    void whatAKilledProcessLeftIsRemovedAndWhatIsInUseStays() throws IOException {
        // Given: nobody holds the lock of the first
        Path left = TemporaryFolder.root().resolve("part-" + UUID.randomUUID());
        Files.createDirectories(left.resolve("deeper"));
        Files.writeString(left.resolve("deeper/latents-0"), "some");

        try (TemporaryFolder used = TemporaryFolder.create()) {
            Files.writeString(used.path().resolve("a-00000"), "some");

            // When
            TemporaryFolder.removeLeftovers();

            // Then
            assertThat(left).doesNotExist();
            assertThat(used.path().resolve("a-00000")).exists();
        }
    }

    @Test
    void nothingIsLeftOfOneThatIsClosed() throws IOException {
        Path path;
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            path = folder.path();
            Files.writeString(path.resolve("file"), "some");
        }

        assertThat(path).doesNotExist();
        assertThat(path.resolveSibling(path.getFileName() + ".lock")).doesNotExist();
    }
}
