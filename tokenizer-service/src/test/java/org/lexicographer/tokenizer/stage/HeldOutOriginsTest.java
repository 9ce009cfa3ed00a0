package org.lexicographer.tokenizer.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.ShardFiles;
import org.lexicographer.tokenizer.stage.Crashes.Crash;
import org.lexicographer.tokenizer.stream.StopSignal.StoppedException;

/** Contexts have eight tokens, one for each byte and one for each end of a document. */
class HeldOutOriginsTest {

    private static final String FOUR_FROM_STREAM = "{\"contexts\": 4, \"source\": \"stream\"}";
    private static final String FOUR_FROM_SHARDS = "{\"contexts\": 4, \"source\": \"shards\"}";
    private static final int MANY = 1000;

    private static StoredRun run(String evaluation) {
        return new StoredRun(RunSpecs.small("run", evaluation, MANY));
    }

    private static DocumentSpan span(
            int position, String shard, long document, long line, long token) {
        return new DocumentSpan(
                position, Optional.of("s3://lexicographer/" + shard), document, line, token);
    }

    @Test
    void aDocumentLongerThanAContextIsFollowedThroughAllItsContexts() {
        StoredRun run = run(FOUR_FROM_STREAM);
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("abcdefghijklmnopqrstuvwxyz"));
        run.shard("b.txt", Split.TRAINING, "0123456789ABCDEF0123456789".getBytes(UTF_8)).end();

        run.tokenize();

        assertThat(run.heldOut()).containsExactly("abcdefgh", "ijklmnop", "qrstuvwx", "yz|01234");
        assertThat(run.origins())
                .containsExactly(
                        List.of(span(0, "a.jsonl", 0, 1, 0)),
                        List.of(span(0, "a.jsonl", 0, 1, 8)),
                        List.of(span(0, "a.jsonl", 0, 1, 16)),
                        List.of(span(0, "a.jsonl", 0, 1, 24), span(3, "b.txt", 0, 1, 0)));
    }

    /** Blank lines have no number among documents, lines that cannot be used do. */
    @Test
    void allDocumentsOfAContextAreNamedAndThoseWithoutTokensAreNot() {
        StoredRun run = run(FOUR_FROM_STREAM);
        byte[] lines =
                ShardFiles.join(
                        "\nbroken\n".getBytes(UTF_8),
                        ShardFiles.jsonLines("ab", "", "c"),
                        " \r\n".getBytes(UTF_8),
                        ShardFiles.jsonLines("d", "efghijk"));
        run.shard("a.jsonl.gz", Split.TRAINING, ShardFiles.gzip(lines));
        run.shard("b.txt", Split.TRAINING, "0123456789ABCDEF0123456789".getBytes(UTF_8)).end();

        run.tokenize();

        assertThat(run.heldOut().subList(0, 3)).containsExactly("ab|c|d|e", "fghijk|0", "12345678");
        assertThat(run.origins().subList(0, 3))
                .containsExactly(
                        List.of(
                                span(0, "a.jsonl.gz", 1, 3, 0),
                                span(3, "a.jsonl.gz", 3, 5, 0),
                                span(5, "a.jsonl.gz", 4, 7, 0),
                                span(7, "a.jsonl.gz", 5, 8, 0)),
                        List.of(span(0, "a.jsonl.gz", 5, 8, 1), span(7, "b.txt", 0, 1, 0)),
                        List.of(span(0, "b.txt", 0, 1, 1)));
    }

    @Test
    void anEndOfTextThatBeginsAContextIsOfTheDocumentBeforeIt() {
        StoredRun run = run(FOUR_FROM_STREAM);
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("abcdefgh", "i".repeat(99)));

        run.end().tokenize();

        assertThat(run.heldOut().get(1)).isEqualTo("|iiiiiii");
        assertThat(run.origins().get(1))
                .containsExactly(span(0, "a.jsonl", 0, 1, 8), span(1, "a.jsonl", 1, 2, 0));
    }

    /** Texts are read a mebibyte at a time. */
    @Test
    void theEndOfADocumentThatBreaksOffIsOfThatDocument() {
        int readable = 1 << 20;
        StoredRun run = run("{\"contexts\": %d}".formatted(readable / 8 + 1));
        byte[] text = "a".repeat(readable).getBytes(UTF_8);
        byte[] noText = {(byte) 0xff};
        run.shard("a.txt", Split.TRAINING, ShardFiles.join(text, noText));
        run.shard("b.jsonl", Split.TRAINING, ShardFiles.jsonLines("z".repeat(99))).end();

        run.tokenize();

        assertThat(run.heldOut()).last().isEqualTo("|zzzzzzz");
        assertThat(run.origins().getLast())
                .containsExactly(span(0, "a.txt", 0, 1, readable), span(1, "b.jsonl", 0, 1, 0));
    }

    @Test
    void contextsOfShardsForEvaluationAreOfTheirOwnShards() {
        StoredRun run = run(FOUR_FROM_SHARDS);
        run.shard("x.jsonl", Split.EVALUATION, ShardFiles.jsonLines("xxxxx", "yyyyyyyyyyyy"));
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("a".repeat(30)));
        run.shard("z.txt", Split.EVALUATION, "z".repeat(20).getBytes(UTF_8)).end();

        run.tokenize();

        assertThat(run.heldOut()).containsExactly("xxxxx|yy", "yyyyyyyy", "zzzzzzzz", "zzzzzzzz");
        assertThat(run.origins())
                .containsExactly(
                        List.of(span(0, "x.jsonl", 0, 1, 0), span(6, "x.jsonl", 1, 2, 0)),
                        List.of(span(0, "x.jsonl", 1, 2, 2)),
                        List.of(span(0, "z.txt", 0, 1, 0)),
                        List.of(span(0, "z.txt", 0, 1, 8)));
    }

    /** Whoever sees contexts finds their origins. */
    @Test
    void originsAreStoredBeforeTheirContexts() {
        for (String evaluation : List.of(FOUR_FROM_STREAM, FOUR_FROM_SHARDS)) {
            Crashes counted = Crashes.never();
            mixed(evaluation).tokenize(counted);
            for (int effect = 0; effect < counted.effects(); effect++) {
                StoredRun run = mixed(evaluation);
                Crashes crashes = Crashes.at(effect, true);

                assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(crashes));

                assertThat(run.origins()).hasSameSizeAs(run.heldOut());
            }
        }
    }

    @Test
    void originsAreThoseOfTheContextsWhenAFileHasChangedMeanwhile() {
        // Given: no block says that the shard is not read again
        StoredRun run = run(FOUR_FROM_STREAM);
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("abcdefghijklmnop"));
        tokenizeSoFar(run);
        assertThat(run.origins().getLast()).containsExactly(span(0, "a.jsonl", 0, 1, 8));

        // When: the text is the same and has moved, then it is another
        byte[] moved =
                ShardFiles.join("\n".getBytes(UTF_8), ShardFiles.jsonLines("abcdefghijklmnop"));
        run.store.put("a.jsonl", moved);
        tokenizeSoFar(run);
        List<List<DocumentSpan>> ofMoved = run.origins();
        run.store.put("a.jsonl", ShardFiles.jsonLines("ABCDEFGHIJKLMNO", "P"));
        tokenizeSoFar(run);

        // Then
        assertThat(ofMoved.getLast()).containsExactly(span(0, "a.jsonl", 0, 2, 8));
        assertThat(run.heldOut()).containsExactly("ABCDEFGH", "IJKLMNO|");
        assertThat(run.origins().getLast()).containsExactly(span(0, "a.jsonl", 0, 1, 8));
    }

    @Test
    void whatIsTheSameIsNotWrittenAgain() {
        StoredRun run = run(FOUR_FROM_STREAM);
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("abcdefghijklmnop"));

        int first = tokenizeSoFar(run);
        int second = tokenizeSoFar(run);

        assertThat(first).isGreaterThan(1);
        assertThat(second).isZero();
    }

    /** Returns what left the process that has read all messages of a dataset without an end. */
    private static int tokenizeSoFar(StoredRun run) {
        Crashes counted = Crashes.never();
        assertThatExceptionOfType(StoppedException.class)
                .isThrownBy(() -> run.restart().tokenize(counted));
        return counted.effects();
    }

    /** Version 0.2 takes every object beside the contexts of shards for contexts. */
    @Test
    void nothingLiesAmongContextsThatAnEarlierVersionCannotRead() {
        StoredRun run = mixed(FOUR_FROM_SHARDS).tokenize();

        assertThat(run.store.list(ObjectKeys.heldOut("run")).map(ObjectStat::key))
                .containsExactly(
                        ObjectKeys.heldOutComplete("run"),
                        ObjectKeys.heldOutContexts("run", 3),
                        ObjectKeys.heldOutContexts("run", 12));
    }

    private static String originsKey(long shard) {
        return ObjectKeys.heldOutOrigins("run", ObjectKeys.heldOutContexts("run", shard));
    }

    @Test
    void theSetOfAnEarlierVersionIsContinued() {
        // Given: the first shard gave contexts, and a block says that it is not read again
        StoredRun undisturbed = mixed(FOUR_FROM_SHARDS).tokenize();
        StoredRun run = mixed(FOUR_FROM_SHARDS);
        int effect = 0;
        while (run.blocks.isEmpty()) {
            Crashes crashes = Crashes.at(effect++, true);
            assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(crashes));
        }
        String first = originsKey(3);
        String last = originsKey(12);
        assertThat(run.store.stat(first)).isPresent();
        run.store.delete(first);

        // When
        run.tokenize();

        // Then
        assertThat(run.heldOut()).isEqualTo(undisturbed.heldOut());
        assertThat(run.store.stat(first)).isEmpty();
        assertThat(run.store.bytes(last)).isEqualTo(undisturbed.store.bytes(last));
    }

    private static StoredRun mixed(String evaluation) {
        StoredRun run = run(evaluation);
        run.shard("x.jsonl", Split.EVALUATION, ShardFiles.jsonLines("xxxxx", "yyyyyyyyyyyy"));
        run.shard("a.jsonl", Split.TRAINING, ShardFiles.jsonLines("a", "bb", "c".repeat(50)));
        run.shard("b.txt", Split.TRAINING, "d".repeat(50).getBytes(UTF_8));
        run.shard("z.txt", Split.EVALUATION, "z".repeat(20).getBytes(UTF_8));
        return run.end();
    }
}
