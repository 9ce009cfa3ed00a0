package org.lexicographer.runstore.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.command.CommandContext;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.runstore.Specs;
import org.lexicographer.runstore.StoredRuns;

class BackupCommandTest {

    @TempDir Path folder;

    private final ObjectStore objects = new InMemoryObjectStore("mine");
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, UTF_8);

    private CommandContext context() {
        return new CommandContext(Map.of(), (_, bucket) -> objects.inBucket(bucket), out, out);
    }

    private int backup(String... arguments) {
        return new BackupCommand(context()).run(arguments);
    }

    private int restore(String... arguments) {
        return new RestoreCommand(context()).run(arguments);
    }

    private String printed() {
        String text = printed.toString(UTF_8).replace(folder.toString(), "FOLDER");
        printed.reset();
        return text;
    }

    @Test
    void sayWhatCameOfIt() {
        new StoredRuns(objects).admit(Specs.of("demo", 4));
        objects.put(
                ObjectKeys.datasetShard("demo", 0),
                new DatasetShard("demo", "s3://b/one.jsonl", Split.TRAINING).toJson());

        assertThat(backup(folder.toString(), "--bucket=mine")).isZero();
        assertThat(printed())
                .matches(
                        "FOLDER: objects=2, bytes=\\d+, copied now=2\\R"
                                + "run demo had not ended: after a restore it starts again\\R");
        assertThat(restore(folder.toString(), "--bucket=other")).isZero();
        assertThat(printed())
                .contains("bucket mine as it was at 20", ": objects=2, bytes=")
                .contains("POST /runs               FOLDER/start-again/demo/run.json")
                .contains("POST /runs/demo/shards  FOLDER/start-again/demo/shards.json");
        assertThat(restore(folder.toString(), "--bucket=other")).isEqualTo(1);
        assertThat(printed()).startsWith("restore: bucket is not empty: bucket=other");
    }

    @Test
    void theKeysOfAStoreElsewhereAreNotGuessed() {
        String elsewhere = "--store=https://store.example.org";
        String missing =
                "setting missing: expected=object-store.access-key, as object-store.credentials is"
                        + " keys, found=none";

        assertThat(backup(folder.toString(), elsewhere)).isEqualTo(1);
        assertThat(printed()).contains("backup: " + missing);
        assertThat(restore(folder.toString(), elsewhere)).isEqualTo(1);
        assertThat(printed()).contains("restore: " + missing);
    }

    @Test
    void theHelpThatIsShownIsTheirOwn() throws IOException {
        assertThat(backup("--help")).isZero();
        assertThat(printed()).isEqualTo(Files.readString(Path.of("../docs/help/backup.txt")));
        assertThat(restore("--help")).isZero();
        assertThat(printed()).isEqualTo(Files.readString(Path.of("../docs/help/restore.txt")));
    }
}
