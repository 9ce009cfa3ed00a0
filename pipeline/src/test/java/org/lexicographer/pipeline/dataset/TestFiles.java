package org.lexicographer.pipeline.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.lexicographer.pipeline.Json;

/** The contents of files for tests. */
public final class TestFiles {

    private TestFiles() {}

    /** Returns a JSON lines file with these texts. */
    public static byte[] jsonLines(String... texts) {
        return Stream.of(texts)
                .map(text -> "{\"id\": 7, \"text\": %s}\n".formatted(quoted(text)))
                .collect(Collectors.joining())
                .getBytes(UTF_8);
    }

    private static String quoted(String text) {
        return new String(Json.write(text), UTF_8);
    }

    /** Returns the bytes as one gzip member. */
    public static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    /** Returns the bytes as one zstd frame with a checksum. */
    public static byte[] zstd(byte[] bytes) {
        return Zstd.compress(bytes);
    }

    /** Returns the files one after another. */
    public static byte[] join(byte[]... files) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        Stream.of(files).forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    /** Returns the file without its last bytes. */
    public static byte[] cut(byte[] file, int bytes) {
        return Arrays.copyOf(file, file.length - bytes);
    }
}
