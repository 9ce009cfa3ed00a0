package org.lexicographer.allinone.startcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache is used for what it was made for, and for nothing else. */
class StartCachesTest {

    private static final List<String> OPTIONS = List.of("-Xmx1g");
    private static final FileTime NOON = FileTime.fromMillis(43_200_000);

    @TempDir private Path folder;
    private Path jar;
    private Path library;
    private Path ours;

    @BeforeEach
    void writeAProgram() throws IOException {
        jar = folder.resolve("program.jar");
        library = write("lib/library-1.0.jar", "released");
        ours = write("lib/org.lexicographer.pipeline-1.0.jar", "built");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        "lib/library-1.0.jar lib/org.lexicographer.pipeline-1.0.jar lib/gone.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return Files.setLastModifiedTime(file, NOON);
    }

    /** Makes the cache as a JVM does that ends. */
    private void make() throws IOException {
        StartCaches.Made made = new StartCaches.Made(folder);
        List<String> options = made.options("program", OPTIONS, jar);
        assertThat(options).singleElement().asString().startsWith("-XX:AOTCacheOutput=");
        Files.writeString(Path.of(options.getFirst().split("=")[1]), "cache");
        made.keep("program", OPTIONS, jar);
    }

    private List<String> used() {
        return new StartCaches.Used(folder).options("program", OPTIONS, jar);
    }

    @Test
    void aCacheIsUsedForWhatItWasMadeFor() throws IOException {
        make();

        assertThat(used()).containsExactly("-XX:AOTCache=" + folder.resolve("program.aot"));
    }

    @Test
    void nothingIsUsedWhereNoneWasMade() {
        assertThat(used()).isEmpty();
    }

    @Test
    void aCacheIsNotUsedWithOtherOptions() throws IOException {
        make();

        assertThat(new StartCaches.Used(folder).options("program", List.of("-XX:+UseG1GC"), jar))
                .isEmpty();
    }

    @Test
    void aCacheIsNotUsedOnceAJarIsOfAnotherTime() throws IOException {
        make();
        Files.setLastModifiedTime(library, FileTime.fromMillis(0));

        assertThat(used()).isEmpty();
    }

    @Test
    void aCacheIsNotUsedOnceAJarOfOursHasOtherContentOfTheSameSizeAndTime() throws IOException {
        make();
        write(folder.relativize(ours).toString(), "BUILT");

        assertThat(used()).isEmpty();
    }

    @Test
    void whatAKilledJvmLeavesIsNoCache() throws IOException {
        Files.writeString(folder.resolve("program.aot.part"), "ca");

        assertThat(used()).isEmpty();
    }

    @Test
    void aJvmThatMadeNoCacheIsNamed() {
        StartCaches.Made made = new StartCaches.Made(folder);

        assertThatThrownBy(() -> made.keep("program", OPTIONS, jar))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("no start cache was made: program=program");
    }
}
