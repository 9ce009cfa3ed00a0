package org.lexicographer.tokenizer.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.run.PackingSpec;
import org.lexicographer.pipeline.run.PackingSpec.Beginning;
import org.lexicographer.pipeline.run.PackingSpec.Documents;
import org.lexicographer.pipeline.run.PackingSpec.Separator;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.ShardFiles;
import org.lexicographer.tokenizer.stage.Crashes.Crash;

/** Contexts have eight tokens, one for each byte; {@code ^} begins a text and {@code |} ends it. */
class PackingTest {

    private static final String ONE_FROM_STREAM = "{\"contexts\": 1, \"source\": \"stream\"}";
    private static final String TWO_FROM_SHARDS = "{\"contexts\": 2, \"source\": \"shards\"}";
    private static final int MANY = 1000;

    private static StoredRun run(String evaluation, int blocks, PackingSpec packing) {
        return new StoredRun(RunSpecs.packed("run", evaluation, blocks, packing));
    }

    @Test
    void everyContextBeginsAsTheTokenizerBeginsTexts() {
        StoredRun run =
                run(
                        ONE_FROM_STREAM,
                        MANY,
                        new PackingSpec(Beginning.AUTO, Separator.EOS, Documents.JOIN));
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("abcdefghij", "klm", "nopqrs"));
        run.end();

        run.tokenize();

        assertThat(run.heldOut()).containsExactly("^abcdefg");
        assertThat(run.trained()).containsExactly("^hij|klm", "^|nopqrs");
        assertThat(run.origins().getFirst())
                .containsExactly(
                        new DocumentSpan(1, Optional.of("s3://lexicographer/a.jsonl"), 0, 1, 0));
    }

    @Test
    void separateDocumentsLoseTheirTailsWhichAreCounted() {
        StoredRun run =
                run(
                        ONE_FROM_STREAM,
                        MANY,
                        new PackingSpec(Beginning.BOS, Separator.EOS, Documents.SEPARATE));
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("abcdefghij", "klm", "nopqrs"));
        run.shard("b.txt", Split.TRAINING, "0123456789ABCDE".getBytes(UTF_8)).end();

        run.tokenize();

        assertThat(run.heldOut()).containsExactly("^abcdefg");
        assertThat(run.trained()).containsExactly("^nopqrs|", "^0123456", "^789ABCD");
        // hij, klm and E
        assertThat(run.account().droppedTokens()).hasValue(7L);
        assertThat(run.account().text()).isEqualTo("7 tokens after documents' last full contexts");
        TokenizerProgress said = (TokenizerProgress) run.lastProgress().part();
        assertThat(said.dataset().droppedTokens()).hasValue(7L);
    }

    private static Stream<PackingSpec> everyRule() {
        List<PackingSpec> all = new ArrayList<>();
        for (Beginning beginning : Beginning.values()) {
            for (Separator separator : Separator.values()) {
                all.add(new PackingSpec(beginning, separator, Documents.JOIN));
                if (separator != Separator.BOS) {
                    all.add(new PackingSpec(beginning, separator, Documents.SEPARATE));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void writesTheSameBytesWhereverItCrashes(PackingSpec packing) {
        // Given
        Crashes counted = Crashes.never();
        Map<String, String> undisturbed = manifold(packing).tokenize(counted).everything();

        for (int effect = 0; effect < counted.effects(); effect++) {
            // When
            StoredRun run = manifold(packing);
            Crashes crashes = Crashes.at(effect, effect % 2 == 0);
            assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(crashes));
            run.restart().tokenize();

            // Then
            assertThat(run.everything()).isEqualTo(undisturbed);
            assertThat(run.blocks).doesNotHaveDuplicates();
        }
    }

    /** Documents shorter and longer than a context, an unusable line between them. */
    private static StoredRun manifold(PackingSpec packing) {
        StoredRun run = run(TWO_FROM_SHARDS, 6, packing);
        run.shard("x.jsonl", Split.EVALUATION, ShardFiles.jsonLines("xxxxxxxxx", "yyyyyyyyyyyy"));
        byte[] lines =
                ShardFiles.join(
                        ShardFiles.jsonLines("abc", "", "defghijklmnopqrst"),
                        "broken\n".getBytes(UTF_8),
                        ShardFiles.jsonLines("uvwxyz0", "123456", "789ABCDEFGHIJKLMNOPQRS"));
        run.shard("a.jsonl", Split.TRAINING, lines);
        run.shard("b.txt", Split.TRAINING, "the quick brown fox jumps".getBytes(UTF_8));
        run.shard("c.txt", Split.TRAINING, "over the lazy dog, twice over".getBytes(UTF_8));
        return run.end();
    }
}
