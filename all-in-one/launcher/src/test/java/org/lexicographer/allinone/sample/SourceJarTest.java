package org.lexicographer.allinone.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceJarTest {

    @TempDir private Path temp;

    @Test
    void becomesOneDocumentPerJavaFileInTheOrderOfTheNames() throws IOException {
        // Given
        SourceJar jar = jar("b/B.java", "META-INF/MANIFEST.MF", "a/A.java");

        // When
        String shard = gunzip(jar.shard());

        // Then
        assertThat(shard.lines())
                .containsExactly(
                        "{\"text\":\"// é a/A.java\\n\",\"file\":\"a/A.java\"}",
                        "{\"text\":\"// é b/B.java\\n\",\"file\":\"b/B.java\"}");
    }

    @Test
    void givesTheSameBytesWheneverItIsRead() throws IOException {
        // Given
        SourceJar jar = jar("a/A.java", "b/B.java");

        // When
        byte[] first = jar.shard();

        // Then
        assertThat(jar.shard()).isEqualTo(first);
    }

    @Test
    void isNamedAfterTheLibrary() {
        assertThat(new SourceJar(Path.of("x/gson-2.13.2-sources.jar")).name())
                .isEqualTo("gson-2.13.2");
    }

    private SourceJar jar(String... entries) throws IOException {
        Path file = temp.resolve("library-1.0-sources.jar");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write(("// é " + entry + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return new SourceJar(file);
    }

    private static String gunzip(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
