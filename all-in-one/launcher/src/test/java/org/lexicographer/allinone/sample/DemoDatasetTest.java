package org.lexicographer.allinone.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;

class DemoDatasetTest {

    @TempDir private Path temp;

    @Test
    void publishesTheHeldOutShardsFirstAndTheEndLast() throws IOException {
        // Given
        library("gson-1");
        library("snakeyaml-1");
        library("commons-csv-1");

        // When
        List<DatasetMessage> messages = DemoDataset.of(temp).messages("demo");

        // Then
        assertThat(messages)
                .containsExactly(
                        shard("commons-csv-1", Split.EVALUATION),
                        shard("snakeyaml-1", Split.EVALUATION),
                        shard("gson-1", Split.TRAINING),
                        new DatasetEnd("demo"));
    }

    @Test
    void uploadsAShardPerLibraryUnderThePublishedName() throws IOException {
        // Given
        library("gson-1");
        ObjectStore store = new InMemoryObjectStore(RunningSystem.BUCKET);

        // When
        DemoDataset.of(temp).upload(store);

        // Then
        assertThat(store.list("").map(object -> object.key()))
                .containsExactly("datasets/demo/gson-1.jsonl.gz");
    }

    @Test
    void rejectsAFolderWithoutLibraries() {
        assertThatThrownBy(() -> DemoDataset.of(temp)).hasMessageStartingWith("no libraries");
    }

    private static DatasetShard shard(String name, Split split) {
        return new DatasetShard(
                "demo", "s3://lexicographer/datasets/demo/%s.jsonl.gz".formatted(name), split);
    }

    private void library(String name) throws IOException {
        Path file = temp.resolve(name + SourceJar.SUFFIX);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("A.java"));
        }
    }
}
