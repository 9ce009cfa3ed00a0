package org.lexicographer.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.UploadSource;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.JsonMutations;
import org.lexicographer.testing.attack.Mutations;
import org.lexicographer.trainer.RunSpecs;

/** A manifest that is almost right is gone on from, or refused by what is wrong with it. */
class MutatedManifestsTest {

    private static final long ALLOCATED = 16L << 20;
    private static final Site SITE = Site.parse("layers.1.mlp.out");
    private static final RunSpec SPEC = RunSpecs.of("run", 10);
    private static final String KEY = ObjectKeys.checkpointManifest("run", SITE);

    @TempDir private Path workFolder;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("bucket");

    @BeforeEach
    void saveTwo() {
        CheckpointStore store = CheckpointStore.takeOver(objects, SPEC, SITE, workFolder);
        save(store, 1);
        save(store, 2);
    }

    private static void save(CheckpointStore store, long step) {
        SafetensorsWriter recipes = new SafetensorsWriter();
        recipes.addLongs("step", List.of(), new long[] {step});
        store.save(
                new CheckpointStore.Moment(step, step),
                new CheckpointStore.Content(UploadSource.of(new byte[4]), recipes),
                TestCheckpoints.of(step, step, Map.of("activation-blocks.run.site-3", 7L)));
    }

    @Test
    void whateverItsBytes() {
        List<byte[]> words =
                Stream.of("null", "-1", "1e999", "[[", "{}", "-", "\"\"")
                        .map(String::getBytes)
                        .toList();

        assertUsedOrRefused(new Mutations(1, List.of(objects.bytes(KEY)), words));
    }

    @Test
    void whateverItsValues() {
        assertUsedOrRefused(new JsonMutations(2, List.of(objects.bytes(KEY))));
    }

    private void assertUsedOrRefused(Supplier<byte[]> manifests) {
        Attack.Outcome outcome =
                new Attack(
                                "checkpoint manifest",
                                Set.of(
                                        InvalidFieldsException.class,
                                        DamagedCheckpointException.class),
                                ALLOCATED)
                        .on(this::goOn, manifests);

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    /** Nothing is stored, so that all that was stored is there for the next. */
    private void goOn(byte[] json) {
        objects.put(KEY, json);
        CheckpointManifest manifest = CheckpointStore.peek(objects, "run", SITE);
        manifest.keys();
        manifest.isFinished(10);
        manifest.atRest(Set.of(1L));
        CheckpointStore.takeOver(objects, SPEC, SITE, workFolder)
                .restoreNewest(
                        (checkpoint, rows, states) -> {
                            checkpoint.positions();
                            checkpoint.bytes();
                            checkpoint.taken().rows();
                        });
    }
}
