package org.lexicographer.tokenizer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.ShardFiles;
import org.lexicographer.tokenizer.stage.Crashes.Crash;

/** {@code table.parquet} has eight rows in three row groups, of which the second is null. */
@Timeout(600)
class TableShardsTest {

    private static StoredRun run() {
        StoredRun run = new StoredRun(RunSpecs.small("run", "{\"contexts\": 1}", 1000));
        run.shard("a.parquet", Split.TRAINING, table());
        return run.shard("b.jsonl", Split.TRAINING, ShardFiles.jsonLines("0123456")).end();
    }

    private static byte[] table() {
        try (InputStream file = TableShardsTest.class.getResourceAsStream("/table.parquet")) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void rowsArePackedAndRejectedAsLinesAre() {
        StoredRun run = run().tokenize();

        assertThat(run.heldOut()).containsExactly("one|two ");
        assertThat(run.trained().getFirst()).endsWith("|three");
        assertThat(run.origins().getFirst())
                .extracting(DocumentSpan::line)
                .isEqualTo(List.of(1L, 4L));
        assertThat(run.rejections).extracting(Rejection::line).containsExactly(Optional.of(2L));
        assertThat(run.account().text()).isEqualTo("1 of 9 documents");
    }

    @Test
    void theSameBytesAreWrittenWhereverAProcessCrashes() {
        Crashes counted = Crashes.never();
        Map<String, String> undisturbed = run().tokenize(counted).everything();

        for (int effect = 0; effect < counted.effects(); effect++) {
            StoredRun run = run();
            Crashes crashes = Crashes.at(effect, effect % 2 == 0);
            assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(crashes));
            run.restart().tokenize();

            assertThat(run.everything()).isEqualTo(undisturbed);
        }
    }
}
