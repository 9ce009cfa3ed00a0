package org.lexicographer.tokenizer.shard;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.text.SourceFiles;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.FieldPath;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.ShardFiles;
import org.lexicographer.tokenizer.progress.DatasetMeter;
import org.lexicographer.tokenizer.service.TokenizerMetrics;
import org.lexicographer.tokenizer.stage.ByteTokenizer;
import org.lexicographer.tokenizer.stage.StoredRun;
import org.lexicographer.tokenizer.stream.DatasetEntry;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.StopSignal.StoppedException;

class ShardReadingTest {

    private static final String HELD_OUT = "{\"contexts\": 1, \"source\": \"stream\"}";
    private static final String URI = "s3://lexicographer/a.jsonl";

    /** More documents than the shard has were read before. */
    private static final long FIRST_DOCUMENT = 1_000;

    private final StopSignal stop = new StopSignal();
    private final InMemoryObjectStore store = new InMemoryObjectStore("lexicographer");

    private ShardReading reading() {
        DatasetShard shard = new DatasetShard("run", URI, Split.TRAINING);
        DatasetEntry entry = new DatasetEntry(0, 0, shard.toJson(), shard);
        DatasetMeter meter = new TokenizerMetrics(new SimpleMeterRegistry());
        StoredRun run = new StoredRun(RunSpecs.small("run", HELD_OUT, 1));
        DocumentReader reader = new DocumentReader(new SourceFiles(store, false), 1L << 31);
        return new ShardReading(
                FIRST_DOCUMENT,
                FIRST_DOCUMENT,
                () -> {
                    stop.stop();
                    return reader.open(URI, new DocumentContent.TextField(new FieldPath("text")));
                },
                new OrderedEncoder(new ByteTokenizer(), Runnable::run, 1),
                new RejectionLog(run, meter).of(entry, URI),
                meter,
                new ShardTally(0, URI),
                stop);
    }

    @Test
    void stopsWhileDocumentsAreOnlyCounted() {
        store.put("a.jsonl", ShardFiles.jsonLines("a", "b", "c"));

        try (ShardReading reading = reading()) {
            assertThatThrownBy(reading::next).isInstanceOf(StoppedException.class);
        }
    }
}
