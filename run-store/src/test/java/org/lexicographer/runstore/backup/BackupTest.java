package org.lexicographer.runstore.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.StoredDatasetEnd;
import org.lexicographer.runstore.Specs;
import org.lexicographer.runstore.StoredRuns;

class BackupTest {

    private static final InstantSource NOON =
            InstantSource.fixed(Instant.parse("2026-01-31T12:00:00Z"));
    private static final Site SITE = Site.parse("layers.0.mlp.out");
    private static final DictionaryId ENDED = new DictionaryId("ended", SITE, "first");
    private static final DictionaryId AT_WORK = new DictionaryId("at-work", SITE, "first");

    @TempDir Path folder;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final InMemoryObjectStore empty = new InMemoryObjectStore("restored");

    @BeforeEach
    void fillTheBucket() {
        for (String run : List.of("ended", "at-work", "failed")) {
            new StoredRuns(objects).admit(Specs.of(run, 4));
            put(ObjectKeys.heldOutComplete(run));
            put(ObjectKeys.runOwner(run));
            put(ObjectKeys.checkpointManifest(run, SITE));
        }
        end("ended", State.ENDED);
        end("failed", State.FAILED);
        dictionary(ENDED, 4);
        dictionary(AT_WORK, 2);
        put(ObjectKeys.evaluation(ENDED, 4, "held-out"));
        put(ObjectKeys.checkpoints("ended", SITE) + "continuation-generation-1/buffer.f32");
        String wanted = ObjectKeys.checkpoints("ended", SITE) + "continuation-generation-0/b.f32";
        put(wanted);
        objects.put(
                ObjectKeys.checkpointManifest("ended", SITE),
                "{\"checkpoints\": [], \"earlier\": [{\"key\": \"%s\"}]}"
                        .formatted(wanted)
                        .getBytes(UTF_8));
        put(ObjectKeys.checkpoints("ended", SITE) + "step-0000000002-block-9-generation-1/b.f32");
        put("models/demo/config.json");
        put("datasets/mine/continuation-1.jsonl");
        put("hub/models/owner/name/commit/config.json");
        put("hub/claims/models/owner/name/commit/model.json");
        put("statistics/parts/digest/claims/a-00000");
        shard("at-work", 12, new DatasetShard("at-work", "s3://b/two.jsonl", Split.TRAINING));
        shard("at-work", 9, new DatasetShard("at-work", "s3://b/one.jsonl", Split.EVALUATION));
        objects.put(ObjectKeys.datasetEnd("at-work"), new StoredDatasetEnd(13).toJson());
    }

    private void put(String key) {
        objects.put(key, key.getBytes(UTF_8));
    }

    private void end(String run, State state) {
        objects.put(ObjectKeys.runEnd(run), new RunEnd(state, Optional.empty()).toJson());
    }

    private void dictionary(DictionaryId id, long step) {
        put(ObjectKeys.dictionary(id, step) + "dictionary.safetensors");
        put(ObjectKeys.dictionary(id, step) + "config.json");
    }

    private void shard(String run, long offset, DatasetShard shard) {
        objects.put(ObjectKeys.datasetShard(run, offset), shard.toJson());
    }

    private static Map<String, String> contents(ObjectStore store) {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<ObjectStat> all = store.list("")) {
            all.map(ObjectStat::key)
                    .toList()
                    .forEach(key -> contents.put(key, new String(store.bytes(key), UTF_8)));
        }
        return contents;
    }

    private Backup.Report backup(ObjectStore store, String... without) {
        return new Backup(store, folder, List.of(without), NOON).make();
    }

    private Restore.Report restore(ObjectStore store) {
        return new Restore(store, folder).run();
    }

    private Map<String, String> expected() {
        Map<String, String> expected = contents(objects);
        expected.keySet()
                .removeIf(
                        key ->
                                key.startsWith("hub/claims/")
                                        || key.startsWith("statistics/parts/")
                                        || key.contains("/continuation-generation-1")
                                        || (key.matches("runs/(at-work|failed)/.*")
                                                && !key.endsWith("/run.json")
                                                && !key.endsWith("/owner.json")));
        return expected;
    }

    @Test
    void whatIsRestoredIsTheBucketButForWorkInHand() {
        Backup.Report made = backup(objects);
        Restore.Report report = restore(empty);

        assertThat(contents(empty)).isEqualTo(expected());
        assertThat(expected())
                .containsKeys(
                        ObjectKeys.runEnd("ended"),
                        ObjectKeys.runOwner("at-work"),
                        ObjectKeys.dictionary(AT_WORK, 2) + "config.json",
                        ObjectKeys.checkpoints("ended", SITE) + "continuation-generation-0/b.f32",
                        ObjectKeys.checkpoints("ended", SITE)
                                + "step-0000000002-block-9-generation-1/b.f32");
        assertThat(made.objects()).isEqualTo(report.objects()).isEqualTo(expected().size());
        assertThat(report.at()).isEqualTo("2026-01-31T12:00:00Z");
    }

    @Test
    void runsThatHaveNotEndedStartAgainWithTheShardsThatWereBegun() throws IOException {
        backup(objects);

        Restore.Report report = restore(empty);

        assertThat(report.startAgain()).containsOnlyKeys("at-work", "failed");
        assertThat(report.startAgain().get("at-work").toString())
                .isEqualTo(
                        "[%s, %s, %s]"
                                .formatted(
                                        json(
                                                new DatasetShard(
                                                                "at-work",
                                                                "s3://b/one.jsonl",
                                                                Split.EVALUATION)
                                                        .toJson()),
                                        json(
                                                new DatasetShard(
                                                                "at-work",
                                                                "s3://b/two.jsonl",
                                                                Split.TRAINING)
                                                        .toJson()),
                                        json(new DatasetEnd("at-work").toJson())));
        assertThat(Files.readAllBytes(folder.resolve("start-again/at-work/run.json")))
                .isEqualTo(objects.bytes(ObjectKeys.runSpec("at-work")));
        assertThat(Files.readString(folder.resolve("start-again/at-work/shards.json")))
                .contains("one.jsonl", "two.jsonl");
    }

    private static String json(byte[] json) {
        return new String(json, UTF_8);
    }

    @Test
    void prefixesAreLeftOutWhenAsked() {
        backup(objects, "hub/", "models/");
        restore(empty);

        assertThat(contents(empty).keySet()).noneMatch(key -> key.matches("(hub|models)/.*"));
    }

    @Test
    void oneObjectThatIsDamagedIsNamedAndNothingIsRestored() throws IOException {
        backup(objects);
        String key = ObjectKeys.evaluation(ENDED, 4, "held-out");
        Path file = holding(key);
        Files.write(file, Files.readString(file).replace("ended", "Ended").getBytes(UTF_8));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> restore(empty))
                .withMessageStartingWith("backup damaged: key=" + key);
        Files.delete(file);
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> restore(empty))
                .withMessageStartingWith("backup damaged: key=" + key + ", missing=");
        assertThat(contents(empty)).isEmpty();
    }

    private Path holding(String content) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("objects"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).equals(content)) {
                    return file;
                }
            }
        }
        throw new IllegalStateException("no file: content=" + content);
    }

    @Test
    void anIndexThatIsDamagedOrMissingIsRefused() throws IOException {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> restore(empty))
                .withMessageStartingWith("no backup, or one that is not complete");
        backup(objects);
        Path index = folder.resolve("backup.json");
        Files.writeString(index, Files.readString(index).replace("at-work", "at-walk"));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> restore(empty))
                .withMessageStartingWith("backup damaged: key=backup.json");
        assertThat(contents(empty)).isEmpty();
    }

    @Test
    void aBucketThatHoldsAnythingIsLeftAsItIs() {
        backup(objects);
        empty.put("models/other", new byte[] {1});

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> restore(empty))
                .withMessage("bucket is not empty: bucket=restored, first key=models/other");
        assertThat(contents(empty)).hasSize(1);
    }

    @Test
    void aRestoreThatWasBrokenOffGoesOnAndOneFromElsewhereDoesNot(@TempDir Path other) {
        backup(objects);
        ObjectStore breaking = breakingOffAt(empty, "put", 8);
        assertThatExceptionOfType(RetryableObjectStoreException.class)
                .isThrownBy(() -> restore(breaking));
        assertThat(contents(empty)).doesNotContainKey(ObjectKeys.runSpec("ended"));

        new Backup(objects, other, List.of("hub/"), NOON).make();
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> new Restore(empty, other).run())
                .withMessageStartingWith("bucket is not empty");
        restore(empty);

        assertThat(contents(empty)).isEqualTo(expected());
    }

    @Test
    void aBackupThatWasBrokenOffCopiesWhatIsMissing() {
        long all = expected().size();
        assertThatExceptionOfType(RetryableObjectStoreException.class)
                .isThrownBy(() -> backup(breakingOffAt(objects, "get", 6)));

        Backup.Report report = backup(objects);

        assertThat(report.copied()).isEqualTo(all - 5);
        assertThat(report.objects()).isEqualTo(all);
        assertThat(backup(objects).copied()).isZero();
        restore(empty);
        assertThat(contents(empty)).isEqualTo(expected());
    }

    /** Fails at a call of a method, and at all after it. */
    private static ObjectStore breakingOffAt(ObjectStore store, String method, int call) {
        List<String> calls = new ArrayList<>();
        return each(
                store,
                method,
                key -> {
                    calls.add(key);
                    if (calls.size() >= call) {
                        throw new RetryableObjectStoreException("store away: key=" + key, null);
                    }
                });
    }

    /** Does something before each call of a method. */
    private static ObjectStore each(ObjectStore store, String name, Consumer<String> before) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        BackupTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals(name)) {
                                before.accept((String) arguments[0]);
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /** As services do that are at work meanwhile: what is replaced, and then a run's end. */
    @Test
    void whatChangesMeanwhileIsCopiedAsItIsInTheEnd() {
        List<String> changes = new ArrayList<>();
        ObjectStore busy =
                each(
                        objects,
                        "get",
                        key -> {
                            changes.add(key);
                            if (changes.size() == 3) {
                                String config = ObjectKeys.dictionary(ENDED, 4) + "config.json";
                                objects.put(config, new byte[] {1, 2, 3});
                                objects.delete(ObjectKeys.evaluation(ENDED, 4, "held-out"));
                                dictionary(AT_WORK, 6);
                            }
                            if (changes.size() == 9) {
                                end("at-work", State.ENDED);
                            }
                        });

        Backup.Report report = backup(busy);
        restore(empty);

        assertThat(report.startAgain()).containsExactly("failed");
        Map<String, String> expected = contents(objects);
        expected.keySet()
                .removeIf(
                        key ->
                                key.matches(
                                                "(hub/claims|statistics/parts)/.*|.*/continuation-generation-1.*")
                                        || (key.startsWith("runs/failed/")
                                                && !key.endsWith("/run.json")
                                                && !key.endsWith("/owner.json")));
        assertThat(contents(empty)).isEqualTo(expected);
    }

    private void refused(ObjectStore store, String reason) {
        Map<Path, String> before = files();
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> backup(store))
                .withMessageStartingWith(reason);
        assertThat(files()).isEqualTo(before);
    }

    private Map<Path, String> files() {
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file, Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    @Test
    void aGoodBackupIsNotReplacedByABucketThatIsNotWhole() {
        backup(objects);

        refused(empty, "folder is the backup of another bucket: expected=lexicographer");
        refused(
                new InMemoryObjectStore("lexicographer"),
                "bucket is empty, and its backup is not: objects=" + expected().size());
        objects.put(Restore.MARK, new byte[] {1});
        refused(objects, "bucket is being restored, and is not whole: bucket=lexicographer");

        restore(empty);
        objects.delete(Restore.MARK);
        assertThat(contents(empty)).isEqualTo(expected());
    }

    @Test
    void oneAtATimeHasTheFolder() {
        backup(objects);
        try (FolderLock _ = FolderLock.of(folder)) {
            refused(objects, "another backup or restore is at work in the folder: folder=");
            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> restore(empty))
                    .withMessageStartingWith("another backup or restore is at work");
        }
        restore(empty);

        assertThat(contents(empty)).isEqualTo(expected());
    }

    @Test
    void whatWasDamagedInTheFolderIsCopiedAgain() throws IOException {
        backup(objects);
        Path file = holding(ObjectKeys.evaluation(ENDED, 4, "held-out"));
        Files.write(file, Files.readString(file).replace("ended", "Ended").getBytes(UTF_8));

        assertThat(backup(objects).copied()).isEqualTo(1);
        restore(empty);

        assertThat(contents(empty)).isEqualTo(expected());
    }

    /** As a full disk would break it off, or the machine's end between the two moves. */
    @Test
    void anIndexThatIsNotWrittenInFullLeavesTheOneBefore() throws IOException {
        backup(objects);
        Path index = folder.resolve("backup.json");
        Path part = folder.resolve("backup.json.part");
        Files.writeString(part, "{");
        assertThat(new BackupFolder(folder).complete()).contains(new BackupFolder(folder).index());

        Files.move(index, part, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(index, "{}");
        assertThat(new BackupFolder(folder).index().bucket()).isEqualTo("lexicographer");
        assertThat(backup(objects).copied()).isZero();
        restore(empty);

        assertThat(contents(empty)).isEqualTo(expected());
    }

    @Test
    void statisticsThatComeMeanwhileAreCopiedWithAllTheirFiles() {
        String statistics = ObjectKeys.latentStatistics(AT_WORK, 2, "held-out");
        put(statistics + "summary.json");
        List<String> copied = new ArrayList<>();
        ObjectStore busy =
                each(
                        objects,
                        "get",
                        key -> {
                            copied.add(key);
                            if (copied.size() == 3) {
                                put(statistics + "digest.safetensors");
                            }
                        });

        backup(busy);
        restore(empty);

        assertThat(contents(empty)).isEqualTo(expected());
    }

    @Test
    void aBucketThatNeverRestsIsNotCalledCopied() {
        int[] changes = {0};
        ObjectStore restless =
                each(objects, "list", _ -> objects.put("models/demo/log", new byte[++changes[0]]));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> backup(restless))
                .withMessageStartingWith("bucket changes faster than it is copied: rounds=10");
        assertThatExceptionOfType(BackupException.class).isThrownBy(() -> restore(empty));
    }
}
