package org.lexicographer.tokenizer.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.block.MixedPosition;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.ShardFiles;
import org.lexicographer.tokenizer.stage.Crashes.Crash;
import org.lexicographer.tokenizer.stream.StopSignal.StoppedException;

class MixedDatasetsTest {

    private static final String ONE_FROM_STREAM = "{\"contexts\": 1, \"source\": \"stream\"}";
    private static final String FOUR_FROM_STREAM = "{\"contexts\": 4, \"source\": \"stream\"}";
    private static final String TWO_FROM_SHARDS = "{\"contexts\": 2, \"source\": \"shards\"}";
    private static final String MIX =
            """
            [{"name": "code", "weight": 0.25}, {"name": "web", "weight": 0.75}]
            """;
    private static final int MANY = 1000;

    @Test
    void takesContextsByTurnsInTheProportionsOfTheWeights() {
        StoredRun run = run(ONE_FROM_STREAM, 4);
        run.shard("w.txt", "web", text('w', 100)).shard("c.txt", "code", text('c', 100));

        run.tokenize();

        assertThat(run.heldOut()).containsExactly("wwwwwwww");
        assertThat(initials(run)).isEqualTo("cwwwcwww");
    }

    @Test
    void saysHowManyContextsEachHasGiven() {
        StoredRun run = run(ONE_FROM_STREAM, 4);
        run.shard("w.txt", "web", text('w', 100)).shard("c.txt", "code", text('c', 100));

        run.tokenize();

        assertThat(((TokenizerProgress) run.lastProgress().part()).contextsOf())
                .isEqualTo(Map.of("code", 2L, "web", 7L));
        assertThat(run.blocks.getLast().datasets())
                .extracting(MixedPosition::contexts)
                .containsExactly(2L, 7L);
    }

    @Test
    void waitsForTheDatasetThatIsDueHoweverFarAnotherHasRunAhead() {
        StoredRun run = run(TWO_FROM_SHARDS, MANY);
        for (int i = 0; i < 50; i++) {
            run.shard("w%d.txt".formatted(i), "web", text('w', 20));
        }

        assertThatThrownBy(run::tokenize).isInstanceOf(StoppedException.class);

        assertThat(run.lastProgress().state()).isEqualTo(State.WAITING);
        assertThat(run.lastProgress().message()).contains("waits for dataset shards: dataset=code");
        assertThat(run.namedShards()).hasSize(1);
        run.shard("c.txt", "code", text('c', 100)).end().tokenize();
        assertThat(initials(run)).startsWith("wcwwwcwww");
    }

    @Test
    void goesOnWithTheOthersWhenOneEnds() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("w.txt", "web", text('w', 24)).end("web");
        run.shard("c.txt", "code", text('c', 48)).end("code");

        run.tokenize();

        assertThat(initials(run)).isEqualTo("cwwccccc");
        assertThat(run.lastProgress().state()).isEqualTo(State.ENDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_FROM_STREAM, FOUR_FROM_STREAM, TWO_FROM_SHARDS})
    void isTheSameStreamInWhateverOrderShardsOfDifferentDatasetsCome(String evaluation) {
        List<Consumer<StoredRun>> code =
                List.of(
                        run -> run.shard("c1.jsonl", "code", lines("code", 7)),
                        run -> run.shard("c2.jsonl", "code", lines("more code", 5)),
                        run -> run.end("code"));
        List<Consumer<StoredRun>> web =
                List.of(
                        run -> run.shard("w1.jsonl", "web", lines("the web", 9)),
                        run -> run.shard("w2.txt", "web", text('w', 70)),
                        run -> run.shard("w3.jsonl", "web", lines("another page", 6)),
                        run -> run.end("web"));
        Consumer<StoredRun> heldOut = run -> run.shard("x.txt", Split.EVALUATION, text('x', 20));

        StoredRun first =
                published(evaluation, Stream.of(Stream.of(heldOut), code.stream(), web.stream()));
        StoredRun second =
                published(evaluation, Stream.of(web.stream(), Stream.of(heldOut), code.stream()));
        StoredRun third =
                published(
                        evaluation,
                        Stream.of(
                                web.subList(0, 2).stream(),
                                code.subList(0, 1).stream(),
                                Stream.of(heldOut),
                                web.subList(2, 4).stream(),
                                code.subList(1, 3).stream()));

        assertThat(first.trained()).isNotEmpty();
        for (StoredRun other : List.of(second, third)) {
            assertThat(other.trained()).isEqualTo(first.trained());
            assertThat(other.heldOut()).isEqualTo(first.heldOut());
            assertThat(other.origins()).isEqualTo(first.origins());
            assertThat(other.account().documents()).isEqualTo(first.account().documents());
        }
    }

    private static StoredRun published(
            String evaluation, Stream<Stream<Consumer<StoredRun>>> messages) {
        StoredRun run = run(evaluation, MANY);
        messages.flatMap(some -> some).forEach(message -> message.accept(run));
        return run.tokenize();
    }

    @Test
    void anOriginNamesTheShardOfTheDataset() {
        StoredRun run = run(FOUR_FROM_STREAM, 1);
        run.shard("w.txt", "web", text('w', 100)).shard("c.txt", "code", text('c', 100));

        run.tokenize();

        assertThat(run.origins())
                .extracting(spans -> spans.getFirst().shard().orElseThrow())
                .extracting(uri -> uri.substring(uri.lastIndexOf('/') + 1))
                .containsExactly("w.txt", "c.txt", "w.txt", "w.txt");
        assertThat(run.origins())
                .extracting(List::getFirst)
                .extracting(DocumentSpan::token)
                .containsExactly(0L, 0L, 8L, 16L);
    }

    @Test
    void setsAsideWhatNamesNoDatasetOfTheMix() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("a.txt", Split.TRAINING, text('a', 100));
        run.shard("b.txt", "books", text('b', 100)).end("books");
        run.shard("c.txt", "code", text('c', 100)).shard("w.txt", "web", text('w', 100)).end();

        run.tokenize();

        assertThat(initials(run)).matches("[cw]+");
        assertThat(run.rejections)
                .extracting(Rejection::reason)
                .satisfiesExactly(
                        r -> assertThat(r).contains("dataset missing: expected=[code, web]"),
                        r -> assertThat(r).contains("not a dataset of the run", "found=books"),
                        r -> assertThat(r).contains("not a dataset of the run", "found=books"));
        assertThat(run.account().leftOutShards()).isEqualTo(2);
    }

    @Test
    void setsAsideADatasetOfARunThatMixesNone() {
        StoredRun run = new StoredRun(RunSpecs.small("run", ONE_FROM_STREAM, MANY));
        run.shard("c.txt", "code", text('c', 100)).end("code");
        run.shard("a.txt", Split.TRAINING, text('a', 40)).end();

        run.tokenize();

        assertThat(initials(run)).isEqualTo("aaaa");
        assertThat(run.rejections)
                .extracting(Rejection::reason)
                .allSatisfy(r -> assertThat(r).contains("run mixes no datasets"))
                .hasSize(2);
    }

    @Test
    void passesOverWhatIsPublishedAfterTheEndOfItsDataset() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("c.txt", "code", text('c', 20)).end("code").shard("l.txt", "code", text('l', 90));
        run.shard("w.txt", "web", text('w', 70)).end("web");

        run.tokenize();

        assertThat(initials(run)).doesNotContain("l").hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_FROM_STREAM, FOUR_FROM_STREAM, TWO_FROM_SHARDS})
    void writesTheSameBytesWhereverItCrashes(String evaluation) {
        Crashes counted = Crashes.never();
        Map<String, String> undisturbed = manifold(evaluation).tokenize(counted).everything();

        for (int effect = 0; effect < counted.effects(); effect++) {
            for (boolean afterwards : new boolean[] {false, true}) {
                StoredRun run = manifold(evaluation);
                Crashes crashes = Crashes.at(effect, afterwards);
                assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(crashes));
                run.tokenize();

                assertThat(run.everything()).isEqualTo(undisturbed);
                assertThat(run.blocks).doesNotHaveDuplicates();
            }
        }
    }

    /** Whichever block is the last that its trainers have taken. */
    @ParameterizedTest
    @ValueSource(strings = {ONE_FROM_STREAM, FOUR_FROM_STREAM, TWO_FROM_SHARDS})
    void aRunThatGoesOnIsTheLongerRun(String evaluation) {
        StoredRun whole = endless(evaluation, 9).tokenize();
        StoredRun ended = endless(evaluation, 4).tokenize();

        for (int last = 0; last < 4; last++) {
            StoredRun longer =
                    ended.goesOn(RunSpecs.mixed("run", evaluation, 9, MIX), ended.blocks.get(last));
            longer.tokenize();

            assertThat(encoded(longer))
                    .isEqualTo(encoded(whole).subList(last + 1, whole.blocks.size()));
            assertThat(longer.heldOut()).isEqualTo(whole.heldOut());
            assertThat(longer.account().documents()).isEqualTo(whole.account().documents());
        }
    }

    private static StoredRun endless(String evaluation, int blocks) {
        StoredRun run = run(evaluation, blocks);
        run.shard("x.txt", Split.EVALUATION, text('x', 40));
        run.shard("w1.jsonl", "web", lines("the web", 12)).shard("w2.txt", "web", text('w', 700));
        run.shard("c1.jsonl", "code", lines("code", 9)).shard("c2.txt", "code", text('c', 400));
        return run;
    }

    private static List<String> encoded(StoredRun run) {
        return run.blocks.stream()
                .map(block -> HexFormat.of().formatHex(TokenBlockFormat.encode(block)))
                .toList();
    }

    @Test
    void saysWhatBecameOfADatasetThatHasEndedWhereverItCrashes() {
        Crashes counted = Crashes.never();
        DatasetAccount undisturbed = said(oneEndsAlone().tokenize(counted));

        for (int effect = 0; effect < counted.effects(); effect++) {
            StoredRun run = oneEndsAlone();
            Crashes crashes = Crashes.at(effect, true);
            assertThatExceptionOfType(Crash.class).isThrownBy(() -> run.tokenize(crashes));

            assertThat(said(run.restart().tokenize())).isEqualTo(undisturbed);
        }
    }

    private static StoredRun oneEndsAlone() {
        StoredRun run = run(ONE_FROM_STREAM, MANY);
        run.shard("c.txt", "code", text('c', 20)).end("code");
        return run.shard("w.txt", "web", text('w', 120)).end("web");
    }

    private static DatasetAccount said(StoredRun run) {
        return ((TokenizerProgress) run.lastProgress().part()).dataset();
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_FROM_STREAM, TWO_FROM_SHARDS})
    @Timeout(900)
    void writesTheSameBytesWhenItCrashesAtEverySecondStep(String evaluation) {
        Map<String, String> undisturbed = manifold(evaluation).tokenize().everything();
        StoredRun run = manifold(evaluation);

        int crashed = 0;
        for (boolean isDone = false; !isDone; ) {
            try {
                run.restart().tokenize(Crashes.at(1, true));
                isDone = true;
            } catch (Crash e) {
                crashed++;
            }
        }

        assertThat(crashed).isGreaterThanOrEqualTo(run.blocks.size() / 2);
        assertThat(run.everything()).isEqualTo(undisturbed);
    }

    /** Datasets that end at different times, with shards that are missing or broken. */
    private static StoredRun manifold(String evaluation) {
        StoredRun run = run(evaluation, MANY);
        run.shard("w1.jsonl", "web", lines("the web", 12));
        run.shard("x1.txt", Split.EVALUATION, text('x', 12));
        run.shard("w2.txt", "web", text('w', 44));
        run.shard(
                "c1.jsonl", "code", ShardFiles.join(lines("code", 3), "no json\n".getBytes(UTF_8)));
        run.shard("c2.jsonl.gz", "code", ShardFiles.cut(ShardFiles.gzip(lines("code", 9)), 20));
        run.shard("x2.txt", Split.EVALUATION, text('y', 12));
        run.end("code");
        run.shard("b.txt", "books", text('b', 99));
        run.shard("w3.jsonl.zst", "web", ShardFiles.zstd(lines("a longer page of the web", 8)));
        return run.end("web");
    }

    private static StoredRun run(String evaluation, int blocks) {
        return new StoredRun(RunSpecs.mixed("run", evaluation, blocks, MIX));
    }

    private static byte[] text(char character, int length) {
        return Character.toString(character).repeat(length).getBytes(UTF_8);
    }

    private static byte[] lines(String text, int count) {
        return ShardFiles.jsonLines(
                Stream.iterate(0, i -> i + 1)
                        .limit(count)
                        .map(i -> text + " " + i)
                        .toArray(String[]::new));
    }

    /** Returns the first letter of each context that was trained on. */
    private static String initials(StoredRun run) {
        StringBuilder initials = new StringBuilder();
        run.trained().forEach(context -> initials.append(context.charAt(0)));
        return initials.toString();
    }
}
