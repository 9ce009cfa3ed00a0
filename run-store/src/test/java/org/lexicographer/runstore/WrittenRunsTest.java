package org.lexicographer.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.HeldOutSet;
import org.lexicographer.runstore.NameClaims.Kind;
import org.lexicographer.runstore.RunAdmission.Admitted;
import org.lexicographer.runstore.backup.Backup;
import org.lexicographer.runstore.backup.Restore;
import org.lexicographer.testing.WrittenObjects;

/** Runs that earlier versions stored are there as they were. */
class WrittenRunsTest {

    private static final InstantSource NOW =
            InstantSource.fixed(Instant.parse("2026-01-31T12:00:00Z"));

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");

    private void written(String version) {
        WrittenObjects.by(version).forEach(objects::put);
    }

    @ParameterizedTest
    @ValueSource(strings = {WrittenObjects.RELEASE, WrittenObjects.LATER})
    void haveTheirNamesSpecsAndEnds(String version) {
        written(version);
        StoredRuns runs = new StoredRuns(objects);

        assertThat(runs.all()).extracting(RunSpec::run).containsExactly("at-work", "ended");
        RunSpec ended = runs.find("ended").orElseThrow();
        assertThat(ended.training().steps()).isEqualTo(6);
        assertThat(ended.recipes()).hasSize(2);
        assertThat(new NameClaims(objects).holder("ended")).contains(Kind.RUN);
        assertThat(new StoredEnds(objects).state("ended")).contains(State.ENDED);
        assertThat(new StoredEnds(objects).state("at-work")).isEmpty();
        assertThat(runs.admit(ended)).isEqualTo(new Admitted(ended));
        assertThat(new RestingRuns(objects, NOW).all())
                .singleElement()
                .extracting(RestingRuns.Resting::state)
                .isEqualTo(State.ENDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {WrittenObjects.RELEASE, WrittenObjects.LATER})
    void haveTheirDatasets(String version) {
        written(version);

        assertThat(DatasetMessage.read(objects.bytes(ObjectKeys.datasetShard("ended", 0))))
                .isEqualTo(
                        new DatasetShard(
                                "ended", "s3://lexicographer/datasets/text.jsonl", Split.TRAINING));
        assertThat(new DatasetAccounts(objects).of("ended").documents()).isEqualTo(10);
        assertThat(HeldOutSet.read(objects.bytes(ObjectKeys.heldOutComplete("ended"))).contexts())
                .isEqualTo(2);
        List<TokenBlock> heldOut =
                objects.list(ObjectKeys.heldOut("ended"))
                        .map(ObjectStat::key)
                        .filter(ObjectKeys::isHeldOutContexts)
                        .map(key -> TokenBlockFormat.decode(objects.bytes(key)))
                        .toList();
        assertThat(heldOut)
                .singleElement()
                .satisfies(
                        block -> {
                            assertThat(block.contextLength()).isEqualTo(16);
                            assertThat(block.tokens()).hasSize(32);
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {WrittenObjects.RELEASE, WrittenObjects.LATER})
    void areBackedUpAndRestored(String version, @TempDir Path folder) {
        written(version);
        InMemoryObjectStore empty = new InMemoryObjectStore("other");

        new Backup(objects, folder, List.of(), NOW).make();
        Restore.Report report = new Restore(empty, folder).run();

        assertThat(report.startAgain()).containsOnlyKeys("at-work");
        assertThat(new StoredEnds(empty).state("ended")).isEqualTo(Optional.of(State.ENDED));
        assertThat(empty.list("dictionaries/").map(ObjectStat::key))
                .containsExactlyElementsOf(
                        objects.list("dictionaries/").map(ObjectStat::key).toList());
    }
}
