package org.lexicographer.tokenizer.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.ShardFiles;
import org.lexicographer.tokenizer.shard.ShardRejections;
import org.lexicographer.tokenizer.stage.Crashes.Crash;
import org.lexicographer.tokenizer.stream.RunFailedException;
import org.lexicographer.tokenizer.stream.RunTrainedException;
import org.lexicographer.tokenizer.stream.StopSignal.StoppedException;

class TokenizerStageTest {

    private static final String ONE_FROM_STREAM = "{\"contexts\": 1, \"source\": \"stream\"}";
    private static final String TWO_FROM_SHARDS = "{\"contexts\": 2, \"source\": \"shards\"}";
    private static final int MANY = 1000;

    @Test
    void packsDocumentsIntoFullContextsAndDropsOnlyTheLastPartialOne() {
        // Given
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("abcdefghij", "klm"));
        run.shard("b.txt", Split.TRAINING, "nopqrstuvwxyz0123456".getBytes(UTF_8)).end();

        // When
        run.tokenize();

        // Then
        assertThat(run.heldOut()).containsExactly("abcdefgh");
        assertThat(run.trained()).containsExactly("ij|klm|n", "opqrstuv", "wxyz0123");
        assertThat(run.blocks).extracting(TokenBlock::contexts).containsExactly(2, 1, 0);
        assertThat(run.blocks).extracting(TokenBlock::sequence).containsExactly(0L, 1L, 2L);
        assertThat(run.lastProgress().state()).isEqualTo(State.ENDED);
    }

    @Test
    void stopsAfterTheBlocksThatTrainingTakes() {
        StoredRun run = run(ONE_FROM_STREAM, 2);
        run.shard("a.txt", Split.TRAINING, "a".repeat(1000).getBytes(UTF_8));

        run.tokenize();

        assertThat(run.blocks).extracting(TokenBlock::contexts).containsExactly(2, 2, 0);
    }

    @Test
    void continuesToTheDatasetsEndWhereNobodyKnowsHowManyBlocksTrainingTakes() {
        StoredRun run = new StoredRun(RunSpecs.filtered("run", ONE_FROM_STREAM, 2));
        run.shard("a.txt", Split.TRAINING, "a".repeat(100).getBytes(UTF_8)).end();

        run.tokenize();

        // 101 tokens are 12 contexts, of which one is held out.
        assertThat(run.blocks)
                .extracting(TokenBlock::contexts)
                .containsExactly(2, 2, 2, 2, 2, 1, 0);
    }

    @Test
    void stopsWhenTheRunHasBeenTrained() {
        StoredRun run = new StoredRun(RunSpecs.filtered("run", ONE_FROM_STREAM, 2));
        run.shard("a.txt", Split.TRAINING, "a".repeat(100).getBytes(UTF_8)).end();
        run.wantedBlocks = 3;

        assertThatThrownBy(run::tokenize)
                .isInstanceOf(RunTrainedException.class)
                .hasMessage("run has been trained: run=run");
        assertThat(run.blocks).hasSize(3);
    }

    @Test
    void stopsWaitingForShardsWhenTheRunHasBeenTrained() {
        StoredRun run = new StoredRun(RunSpecs.filtered("run", ONE_FROM_STREAM, 2));
        run.shard("a.txt", Split.TRAINING, "a".repeat(40).getBytes(UTF_8));
        run.wantedBlocks = 2;

        // 41 tokens are 5 contexts: one is held out, two blocks are written, and no shard follows.
        assertThatThrownBy(run::tokenize).isInstanceOf(RunTrainedException.class);
    }

    @Test
    void namesTheShardsThatWereTrainedOnForTheLineage() {
        StoredRun run = run(TWO_FROM_SHARDS, MANY);
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("aaaaaaaaaaaa"));
        run.shard("x.jsonl", Split.EVALUATION, ShardFiles.jsonLines("xxxxxxxxxxxx"));
        run.shard("b.jsonl", Split.TRAINING, ShardFiles.jsonLines("bbbbbbbbbbbb"));
        run.end();

        run.tokenize();

        assertThat(run.namedShards()).hasSize(2);
        assertThat(run.namedShards().get(0)).endsWith("a.jsonl");
        assertThat(run.namedShards().get(1)).endsWith("b.jsonl");
    }

    @Test
    void neverTrainsOnShardsForEvaluation() {
        // Given
        StoredRun run = run(TWO_FROM_SHARDS, MANY);
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("aaaaaaaaaaaa"));
        run.shard("x.jsonl", Split.EVALUATION, ShardFiles.jsonLines("xxxxxxxxxxxx"));
        run.shard("b.jsonl", Split.TRAINING, ShardFiles.jsonLines("bbbbbbbbbbbb"));
        run.shard("y.jsonl", Split.EVALUATION, ShardFiles.jsonLines("yyyyyyyy", "yyyyyyyy"));
        run.end();

        // When
        run.tokenize();

        // Then
        assertThat(run.trained()).containsExactly("aaaaaaaa", "aaaa|bbb", "bbbbbbbb");
        assertThat(run.heldOut()).containsExactly("xxxxxxxx", "yyyyyyyy");
    }

    @Test
    void setsShardsForEvaluationAsideWhenTheStreamGivesTheHeldOutContexts() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("x.txt", Split.EVALUATION, "x".repeat(100).getBytes(UTF_8));
        run.shard("a.txt", Split.TRAINING, "a".repeat(20).getBytes(UTF_8)).end();

        run.tokenize();

        assertThat(run.heldOut()).containsExactly("aaaaaaaa");
        assertThat(run.trained()).containsExactly("aaaaaaaa");
        assertThat(run.rejections)
                .singleElement()
                .extracting(Rejection::reason)
                .asString()
                .contains("expected=evaluation.source shards");
    }

    @Test
    void readsOnForHeldOutContextsWhenTheTrainingStreamHasEnded() {
        StoredRun run = run(TWO_FROM_SHARDS, 1);
        run.shard("a.txt", Split.TRAINING, "a".repeat(100).getBytes(UTF_8));
        run.shard("b.txt", Split.TRAINING, "b".repeat(100).getBytes(UTF_8));
        run.shard("x.txt", Split.EVALUATION, "x".repeat(100).getBytes(UTF_8));

        run.tokenize();

        assertThat(run.trained()).containsExactly("aaaaaaaa", "aaaaaaaa");
        assertThat(run.heldOut()).containsExactly("xxxxxxxx", "xxxxxxxx");
        assertThat(complete(run)).isEqualTo("{\"contexts\":2}");
    }

    @Test
    void completesAShortHeldOutSetWhenTheDatasetEnds() {
        StoredRun run = run(TWO_FROM_SHARDS, MANY);
        run.shard("x.txt", Split.EVALUATION, "x".repeat(9).getBytes(UTF_8));
        run.shard("a.txt", Split.TRAINING, "a".repeat(100).getBytes(UTF_8)).end();

        run.tokenize();

        assertThat(complete(run)).isEqualTo("{\"contexts\":1}");
    }

    @Test
    void setsAsideWhatCannotBeUsedAndGoesOn() {
        // Given
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        byte[] lines =
                ShardFiles.join(
                        ShardFiles.jsonLines("aaaaaaa"),
                        "{\"text\": 7}\nnot json\n".getBytes(UTF_8),
                        ShardFiles.jsonLines("bbbbbbb"));
        run.shard("a.jsonl", Split.TRAINING, lines);
        run.missingShard("missing.jsonl", Split.TRAINING);
        run.shard("a.parquet", Split.TRAINING, new byte[9]);
        run.shard("c.txt", Split.TRAINING, "ccccccc".getBytes(UTF_8)).end();

        // When
        run.tokenize();

        // Then
        assertThat(run.heldOut()).containsExactly("aaaaaaa|");
        assertThat(run.trained()).containsExactly("bbbbbbb|", "ccccccc|");
        assertThat(run.rejections)
                .extracting(Rejection::line)
                .containsExactly(
                        Optional.of(2L), Optional.of(3L), Optional.empty(), Optional.empty());
        assertThat(run.rejections)
                .extracting(Rejection::reason)
                .satisfiesExactly(
                        r -> assertThat(r).contains("text field is not a text"),
                        r -> assertThat(r).contains("line is not JSON"),
                        r -> assertThat(r).contains("object not found"),
                        r -> assertThat(r).contains("Parquet"));
    }

    @Test
    void keepsTheDocumentsInFrontOfABreakInACompressedShard() {
        // Given
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        byte[] whole = ShardFiles.gzip(ShardFiles.jsonLines("aaaaaaa"));
        byte[] broken = ShardFiles.cut(ShardFiles.gzip(ShardFiles.jsonLines("bbbbbbb")), 15);
        run.shard("a.jsonl.gz", Split.TRAINING, ShardFiles.join(whole, broken));
        run.shard("c.txt", Split.TRAINING, "ccccccc".getBytes(UTF_8)).end();

        // When
        run.tokenize();

        // Then
        assertThat(run.heldOut()).containsExactly("aaaaaaa|");
        assertThat(run.trained()).containsExactly("ccccccc|");
        assertThat(run.rejections)
                .singleElement()
                .extracting(Rejection::line)
                .isEqualTo(Optional.of(2L));
    }

    @Test
    void reportsTheFirstUnusableLinesOneByOneAndCountsTheRest() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        byte[] lines = "{\"body\": \"a\"}\n".repeat(250).getBytes(UTF_8);
        run.shard("a.jsonl", Split.TRAINING, lines);
        run.shard("c.txt", Split.TRAINING, "c".repeat(20).getBytes(UTF_8)).end();

        run.tokenize();

        assertThat(run.rejections).hasSize(ShardRejections.SINGLE_LINES + 1);
        assertThat(run.rejections.getLast().reason())
                .isEqualTo("more lines not usable: lines=250, reported=100");
    }

    @Test
    void countsWhatWasLeftOutAndNamesTheFirstReasons() {
        // Given: half of the lines of one shard, a break in another, and two that are not there
        StoredRun run = run(TWO_FROM_SHARDS, MANY);
        byte[] lines =
                ShardFiles.join(
                        ShardFiles.jsonLines("aaaaaaa"),
                        "{\"text\": 7}\nnot json\n".getBytes(UTF_8),
                        ShardFiles.jsonLines("bbbbbbb"));
        run.shard("a.jsonl", Split.TRAINING, lines);
        run.missingShard("missing.jsonl", Split.TRAINING);
        run.missingShard("held-out.jsonl", Split.EVALUATION);
        byte[] broken = ShardFiles.cut(ShardFiles.gzip(ShardFiles.jsonLines("ccccccc")), 15);
        byte[] whole = ShardFiles.gzip(ShardFiles.jsonLines("ddddddd"));
        run.shard("c.jsonl.gz", Split.TRAINING, ShardFiles.join(whole, broken));
        run.shard("x.txt", Split.EVALUATION, "xxxxxxxxx".getBytes(UTF_8)).end();

        // When
        run.tokenize();

        // Then
        DatasetAccount account = run.account();
        assertThat(account.text())
                .isEqualTo("2 of 5 shards, 1 of 3 shards from some place on, 2 of 6 documents");
        assertThat(account.leftOutLines()).isEqualTo(2);
        assertThat(account.reasons())
                .extracting(LeftOutReason::text)
                .satisfiesExactly(
                        r -> assertThat(r).contains("a.jsonl, line 2: text field is not a text"),
                        r -> assertThat(r).contains("a.jsonl, line 3: line is not JSON"),
                        r -> assertThat(r).contains("/missing.jsonl: object not found"),
                        r -> assertThat(r).contains("held-out.jsonl: object not found"),
                        r -> assertThat(r).contains("c.jsonl.gz, line 2: "));
        TokenizerProgress said = (TokenizerProgress) run.lastProgress().part();
        assertThat(said.dataset().text()).isEqualTo(account.text());
    }

    @Test
    void countsNoLineAfterTheLastDocumentThatTrainingTakes() {
        StoredRun run = run(ONE_FROM_STREAM, 1);
        byte[] lines =
                ShardFiles.join(
                        ShardFiles.jsonLines("aaaaaaa"),
                        "not json\n".getBytes(UTF_8),
                        ShardFiles.jsonLines("bbbbbbb", "ccccccc"),
                        "not json\n".getBytes(UTF_8));
        run.shard("a.jsonl", Split.TRAINING, lines);

        run.tokenize();

        assertThat(run.account().leftOutLines()).isEqualTo(1);
        assertThat(run.rejections).extracting(Rejection::line).containsExactly(Optional.of(2L));
    }

    @Test
    void keepsTheFirstReasonsOfMany() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("a.jsonl", Split.TRAINING, "not json\n".repeat(250).getBytes(UTF_8));
        run.shard("c.txt", Split.TRAINING, "c".repeat(20).getBytes(UTF_8)).end();

        run.tokenize();

        assertThat(run.account().text()).isEqualTo("1 of 2 shards, 250 of 251 documents");
        assertThat(run.account().reasons())
                .extracting(reason -> reason.line().orElseThrow())
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void failsARunWithoutATokenBlockAndEndsItsStream() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("a.txt", Split.TRAINING, "a".repeat(9).getBytes(UTF_8)).end();

        assertThatThrownBy(run::tokenize)
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("no token block")
                .hasMessageContaining("heldOutContexts=1");
        assertThat(run.blocks).singleElement().matches(TokenBlock::endsStream);
    }

    @Test
    void waitsForShardsAndSaysSo() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);

        assertThatThrownBy(run::tokenize).isInstanceOf(StoppedException.class);

        assertThat(run.lastProgress().state()).isEqualTo(State.WAITING);
        assertThat(run.lastProgress().message()).contains("waits for dataset shards");
    }

    @Test
    void stopsWithinAShardThatGivesNoContext() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("a")).end();
        run.stopsWhenItReads = true;

        assertThatThrownBy(run::tokenize).isInstanceOf(StoppedException.class);

        assertThat(run.account()).isEqualTo(DatasetAccount.EMPTY);
    }

    @Test
    void rejectsNothingWhenTheStoreIsAway() {
        // Given
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("a.txt", Split.TRAINING, "a".repeat(100).getBytes(UTF_8)).end();
        RetryableObjectStoreException outage = new RetryableObjectStoreException("away", null);

        // When
        run.outage = Optional.of(outage);
        assertThatThrownBy(run::tokenize).isSameAs(outage);
        run.outage = Optional.empty();
        run.tokenize();

        // Then
        assertThat(run.rejections).isEmpty();
        assertThat(run.trained()).hasSize(11);
    }

    /** A crash of the log is an outage to the process that lives on. */
    @Test
    @Timeout(900)
    void reportsNothingTwiceWhenAProcessTriesAgain() {
        // Given
        StoredRun run = run(TWO_FROM_SHARDS, MANY);
        byte[] bad = "{\"body\": \"a\"}\n".repeat(150).getBytes(UTF_8);
        byte[] good = ShardFiles.jsonLines("a".repeat(100));
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.join(bad, good, bad, good));
        run.shard("b.jsonl.gz", Split.TRAINING, ShardFiles.cut(ShardFiles.gzip(good), 12));
        run.missingShard("missing.jsonl", Split.TRAINING);
        run.end();

        // When
        tokenizeInSteps(run);

        // Then
        assertThat(run.rejections).doesNotHaveDuplicates();
        assertThat(run.rejections)
                .filteredOn(rejection -> rejection.line().isPresent())
                .hasSize(ShardRejections.SINGLE_LINES + 1);
        assertThat(run.rejections)
                .extracting(Rejection::reason)
                .contains("more lines not usable: lines=300, reported=100")
                .hasSize(ShardRejections.SINGLE_LINES + 3);
    }

    @Test
    void reportsALineAgainOnlyAfterACrash() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        byte[] good = ShardFiles.jsonLines("a".repeat(30));
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.join("bad\n".getBytes(UTF_8), good)).end();

        assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(Crashes.at(1, false)));
        assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(Crashes.at(1, false)));
        assertThat(run.rejections).hasSize(1);

        run.restart().tokenize();
        assertThat(run.rejections).hasSize(2);
        assertThat(run.rejections.getFirst()).isEqualTo(run.rejections.getLast());
    }

    private static int tokenizeInSteps(StoredRun run) {
        int crashed = 0;
        while (true) {
            try {
                run.tokenize(Crashes.at(1, true));
                return crashed;
            } catch (Crash e) {
                crashed++;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_FROM_STREAM, TWO_FROM_SHARDS, "{\"contexts\": 4}"})
    void writesTheSameBytesWhereverItCrashes(String evaluation) {
        // Given
        Crashes counted = Crashes.never();
        Map<String, String> undisturbed = manifold(evaluation).tokenize(counted).everything();

        for (int effect = 0; effect < counted.effects(); effect++) {
            for (boolean afterwards : new boolean[] {false, true}) {
                // When
                StoredRun run = manifold(evaluation);
                Crashes crashes = Crashes.at(effect, afterwards);
                assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(crashes));
                run.tokenize();

                // Then
                assertThat(run.everything()).isEqualTo(undisturbed);
                assertThat(run.blocks).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    @Timeout(900)
    void writesTheSameBytesWhenItCrashesAtEverySecondStep() {
        // Given
        Map<String, String> undisturbed = manifold(TWO_FROM_SHARDS).tokenize().everything();
        StoredRun run = manifold(TWO_FROM_SHARDS);

        // When
        int crashed = tokenizeInSteps(run);

        // Then
        assertThat(crashed).isGreaterThanOrEqualTo(run.blocks.size() / 2);
        assertThat(run.everything()).isEqualTo(undisturbed);
    }

    /** Every kind of shard, with documents shorter and longer than a context. */
    private static StoredRun manifold(String evaluation) {
        StoredRun run = run(evaluation, 9);
        run.shard("x1.txt", Split.EVALUATION, "xxxxxxxxxxxx".getBytes(UTF_8));
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("abc", "", "defghijklmnopqrst"));
        run.missingShard("missing.txt", Split.TRAINING);
        byte[] lines =
                ShardFiles.join(
                        ShardFiles.jsonLines("u", "vw"),
                        "broken\n\n \r\n".getBytes(UTF_8),
                        ShardFiles.jsonLines("xyz", "0123456", "789ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
        run.shard("b.jsonl.zst", Split.TRAINING, ShardFiles.zstd(lines));
        run.shard("x2.txt", Split.EVALUATION, "yyyyyyyyyyyy".getBytes(UTF_8));
        run.shard("c.jsonl.gz", Split.TRAINING, ShardFiles.cut(ShardFiles.gzip(lines), 20));
        run.shard("d.txt", Split.TRAINING, "the quick brown fox jumps".getBytes(UTF_8));
        run.shard("e.txt", Split.TRAINING, "over the lazy dog, twice over".getBytes(UTF_8));
        return run.end();
    }

    private static StoredRun run(String evaluation, int blocks) {
        return new StoredRun(RunSpecs.small("run", evaluation, blocks));
    }

    private static String complete(StoredRun run) {
        return new String(run.store.bytes(ObjectKeys.heldOutComplete("run")), UTF_8);
    }
}
