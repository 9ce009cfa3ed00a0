package org.lexicographer.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.testing.WrittenObjects;
import org.lexicographer.trainer.storage.RunPurge;
import org.lexicographer.trainer.storage.RunStorage;

/** Checkpoints that earlier versions stored are continued from. */
class WrittenCheckpointsTest {

    private static final Site SITE = Site.parse("layers.0.mlp.out");
    private static final int WIDTH = 128;

    @TempDir Path workFolder;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");

    private RunSpec written(String version, String run) {
        WrittenObjects.by(version).forEach(objects::put);
        return new StoredRuns(objects).find(run).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {WrittenObjects.RELEASE, WrittenObjects.LATER})
    void theNewestIsWholeAndHasItsRowsAndItsRecipes(String version) {
        RunSpec spec = written(version, "at-work");
        CheckpointStore store = CheckpointStore.takeOver(objects, spec, SITE, workFolder);
        List<String> tensors = new ArrayList<>();

        Optional<Checkpoint> restored =
                store.restoreNewest(
                        (checkpoint, rows, recipes) -> {
                            assertThat(rows.readAllBytes().length % (WIDTH * Float.BYTES)).isZero();
                            tensors.addAll(recipes.names());
                        });

        assertThat(store.isFinished()).isFalse();
        assertThat(restored.map(Checkpoint::step).orElseThrow()).isPositive();
        assertThat(restored.orElseThrow().offsets()).isNotEmpty();
        assertThat(tensors)
                .anyMatch(name -> name.startsWith("first"))
                .anyMatch(name -> name.startsWith("second"));
    }

    @ParameterizedTest
    @ValueSource(strings = {WrittenObjects.RELEASE, WrittenObjects.LATER})
    void aJobThatHasFinishedStaysFinishedAndKeepsWhatItsSpecWants(String version) {
        RunSpec spec = written(version, "ended");

        CheckpointManifest manifest = CheckpointStore.peek(objects, "ended", SITE);

        assertThat(manifest.isFinished(spec.training().steps())).isTrue();
        assertThat(manifest.checkpoints()).extracting(Checkpoint::step).containsExactly(3L);
        assertThat(CheckpointStore.unwanted(objects, spec, SITE))
                .allMatch(object -> object.key().contains("/continuation-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {WrittenObjects.RELEASE, WrittenObjects.LATER})
    void aRunIsMeasuredAndRemovedButForWhatWasImported(String version) {
        written(version, "ended");
        assertThat(RunStorage.of(objects, "ended").parts())
                .containsKeys("checkpoints", "dictionaries", "evaluations", "held-out", "run");

        RunPurge.Report report = new RunPurge(objects).purge("ended");

        assertThat(report.kept()).anyMatch(kept -> kept.reason().equals("imported"));
        assertThat(objects.list(ObjectKeys.dictionaries("ended")))
                .isNotEmpty()
                .allMatch(object -> object.key().contains("/imported/"));
    }
}
