package org.lexicographer.allinone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostSegmentTest {

    private static final String FIRST = "00000000000000000000";
    private static final String SECOND = "00000000000000000017";

    private final SplittableRandom random = new SplittableRandom(1);

    @TempDir Path folder;

    private Path write(String partition, String file, int bytes) throws IOException {
        Path place = folder.resolve(partition).resolve(file);
        Files.createDirectories(place.getParent());
        return Files.write(place, new byte[bytes]);
    }

    @Test
    void takesTheLastSegmentAndNothingElse() throws IOException {
        // Given
        Path before = write("one/token-blocks.run-3", FIRST + ".log", 100);
        Path index = write("one/token-blocks.run-3", SECOND + ".index", 8);
        Path last = write("one/token-blocks.run-3", SECOND + ".log", 40);
        Path replica = write("two/token-blocks.run-3", SECOND + ".log", 41);
        Path shards = write("one/dataset-shards-0", FIRST + ".log", 50);

        // When, Then
        assertThat(LostSegment.take(List.of(folder.resolve("one"), folder.resolve("two")), random))
                .contains("token-blocks.run-3, 81 bytes");
        assertThat(last).isEmptyFile();
        assertThat(replica).isEmptyFile();
        assertThat(index).doesNotExist();
        assertThat(before).hasSize(100);
        assertThat(shards).hasSize(50);
    }

    @Test
    void takesNothingWhereNoBlocksAre() throws IOException {
        // Given
        Path shards = write("one/dataset-shards-0", FIRST + ".log", 50);
        write("one/activation-blocks.run.site-0", FIRST + ".log", 0);

        // When, Then
        assertThat(LostSegment.take(List.of(folder.resolve("one")), random)).isEmpty();
        assertThat(shards).hasSize(50);
    }
}
