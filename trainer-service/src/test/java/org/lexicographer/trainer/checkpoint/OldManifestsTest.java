package org.lexicographer.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Json;

/** Manifests that commit ab4f61a (version 0.1) wrote are still read. */
class OldManifestsTest {

    private static CheckpointManifest manifest(String name) {
        String resource = "/written-by-0.1/" + name + ".json";
        try (InputStream json = OldManifestsTest.class.getResourceAsStream(resource)) {
            return Json.read(json.readAllBytes(), CheckpointManifest.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aJobThatIsAtWorkContinuesFromItsCheckpoints() {
        CheckpointManifest manifest = manifest("manifest-of-a-run-at-work");

        assertThat(manifest.isFinished()).isFalse();
        assertThat(manifest.rows()).isEmpty();
        assertThat(manifest.resumable())
                .hasSize(2)
                .allSatisfy(
                        checkpoint -> {
                            assertThat(checkpoint.step()).isPositive();
                            assertThat(checkpoint.offsets()).hasSize(4);
                            assertThat(checkpoint.leftOut().excluded()).isPositive();
                            assertThat(checkpoint.watches()).containsKeys("standard", "topk");
                        });
    }

    @Test
    void aJobThatHasFinishedStaysFinished() {
        CheckpointManifest manifest = manifest("manifest-of-a-finished-run");

        assertThat(manifest.isFinished()).isTrue();
        assertThat(manifest.rows()).isEmpty();
        assertThat(manifest.finished().orElseThrow().ranges())
                .containsExactly(new SequenceLog.Range(0, 37, 19_200));
    }
}
