package org.lexicographer.allinone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir private Path temp;

    @Test
    void refusesASecondOwnerAndNamesTheFirst() {
        // Given
        Path folder = temp.resolve("demo");
        try (DataFolder first = DataFolder.take(folder)) {
            // When, Then
            assertThatThrownBy(() -> DataFolder.take(folder))
                    .hasMessage(
                            "data folder is in use by another process: folder=%s, process=%d",
                            first.path(), ProcessHandle.current().pid());
        }
    }

    @Test
    void isFreeAgainAfterItsOwner() {
        // Given
        Path folder = temp.resolve("demo");
        DataFolder.take(folder).close();

        // When
        try (DataFolder second = DataFolder.take(folder)) {
            // Then
            assertThat(second.hasState()).isFalse();
        }
    }

    @Test
    void refusesAFolderThatHoldsOtherThings() throws IOException {
        // Given
        Files.writeString(temp.resolve("thesis.tex"), "precious");

        // When, Then
        assertThatThrownBy(() -> DataFolder.take(temp))
                .hasMessageStartingWith("not a data folder: it holds other things");
    }

    @Test
    void clearsWhatItHoldsAndNothingElse() throws IOException {
        // Given
        try (DataFolder data = DataFolder.take(temp.resolve("demo"))) {
            Files.createDirectories(data.kafka().resolve("log"));
            Files.createDirectories(data.objectStore());
            Path note = Files.writeString(data.path().resolve("note.txt"), "mine");

            // When
            data.clear();

            // Then
            assertThat(data.hasState()).isFalse();
            assertThat(data.kafka()).doesNotExist();
            assertThat(note).exists();
        }
    }
}
