package org.lexicographer.allinone.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where an image comes from, by a repository made for it. */
class ImageOriginTest {

    @TempDir private Path home;

    @BeforeEach
    void aRepositoryWithOneCommit() throws Exception {
        assumeThat(git("--version")).as("git on the PATH").isZero();
        git("init");
        Files.writeString(home.resolve("file"), "one");
        git("add", "file");
        git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-m", "one");
    }

    private int git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder git =
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        git.environment().put("GIT_COMMITTER_DATE", "1700000000 +0100");
        try {
            return git.start().waitFor();
        } catch (IOException notThere) {
            return -1;
        }
    }

    @Test
    void anImageIsAsOldAsItsCommit() {
        ImageOrigin origin = ImageOrigin.of(home, Map.of());

        assertThat(origin.created()).contains(Instant.ofEpochSecond(1_700_000_000));
        assertThat(origin.revision().orElseThrow()).matches("[0-9a-f]{40}");
        assertThat(origin.source()).isEmpty();
    }

    @Test
    void aChangedFileIsToldOf() throws Exception {
        Files.writeString(home.resolve("file"), "two");

        assertThat(ImageOrigin.of(home, Map.of()).revision().orElseThrow()).endsWith("-dirty");
    }

    @Test
    void aTimeOfTheEnvironmentComesFirst() {
        ImageOrigin origin = ImageOrigin.of(home, Map.of("SOURCE_DATE_EPOCH", "1"));

        assertThat(origin.created()).contains(Instant.ofEpochSecond(1));
        assertThatThrownBy(() -> ImageOrigin.of(home, Map.of("SOURCE_DATE_EPOCH", "now")))
                .hasMessageContaining("SOURCE_DATE_EPOCH=now");
    }

    @Test
    void theSourceIsAnAddressWithoutAPassword() throws Exception {
        git("remote", "add", "origin", "https://me:secret@example.org/team/code.git");

        assertThat(ImageOrigin.of(home, Map.of()).source())
                .contains("https://example.org/team/code.git");
    }

    @Test
    void aFolderOfThisMachineIsNoSource() throws Exception {
        git("remote", "add", "origin", "/srv/code.git");

        assertThat(ImageOrigin.of(home, Map.of()).source()).isEmpty();
    }

    @Test
    void outsideOfARepositoryNothingIsKnown(@TempDir Path elsewhere) {
        assertThat(ImageOrigin.of(elsewhere, Map.of()))
                .extracting(ImageOrigin::revision, ImageOrigin::created, ImageOrigin::source)
                .allSatisfy(it -> assertThat(it.toString()).isEqualTo("Optional.empty"));
    }
}
