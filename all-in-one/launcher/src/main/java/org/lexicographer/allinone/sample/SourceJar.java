package org.lexicographer.allinone.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.lexicographer.pipeline.Json;

/**
 * A library's sources as a dataset shard: one document per Java file, in the order of their names.
 * The same jar gives the same bytes.
 *
 * @param jar a file named {@code NAME-sources.jar}
 */
public record SourceJar(Path jar) {

    static final String SUFFIX = "-sources.jar";

    /** One line of the shard. */
    private record Document(String text, String file) {}

    /** Returns the jar's name without the suffix that all have. */
    String name() {
        String file = jar.getFileName().toString();
        return file.substring(0, file.length() - SUFFIX.length());
    }

    /** Returns the shard, a {@code .jsonl.gz} file. */
    byte[] shard() {
        ByteArrayOutputStream shard = new ByteArrayOutputStream();
        try (ZipFile zip = new ZipFile(jar.toFile());
                OutputStream lines = new GZIPOutputStream(shard)) {
            for (ZipEntry source : sources(zip)) {
                lines.write(Json.write(new Document(text(zip, source), source.getName())));
                lines.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("library cannot be read: jar=" + jar, e);
        }
        return shard.toByteArray();
    }

    private static List<? extends ZipEntry> sources(ZipFile zip) {
        return zip.stream()
                .filter(entry -> entry.getName().endsWith(".java"))
                .sorted(Comparator.comparing(ZipEntry::getName))
                .toList();
    }

    private static String text(ZipFile zip, ZipEntry source) throws IOException {
        try (InputStream content = zip.getInputStream(source)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
