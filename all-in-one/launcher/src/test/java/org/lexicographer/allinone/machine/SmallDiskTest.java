package org.lexicographer.allinone.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallDiskTest {

    private static final int ENOUGH = 4 << 20;

    @TempDir Path folder;

    @Test
    void takesNothingWhileItIsFullAndKeepsWhatItHas() throws Exception {
        // Given
        Path place = folder.resolve("disk");
        assumeTrue(SmallDisk.isPossible(place), "a disk can be mounted here");
        try (SmallDisk disk = SmallDisk.mount(place, ENOUGH)) {
            Path file = Files.write(place.resolve("before"), new byte[100_000]);

            // When
            disk.fill();

            // Then
            assertThatIOException()
                    .isThrownBy(() -> Files.write(place.resolve("full"), new byte[10_000]));
            assertThat(file).hasSize(100_000);

            // When
            disk.makeRoom();

            // Then
            assertThat(Files.write(place.resolve("after"), new byte[1_000_000])).exists();
        }
        assertThat(place).isEmptyDirectory();
    }
}
