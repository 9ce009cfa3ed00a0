package org.lexicographer.eval.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lexicographer.dictionary.exchange.folder.FileContent;

/** A zip in a temporary file, which is deleted once the zip has been written out or closed. */
public final class ExportedZip implements AutoCloseable {

    /** Any fixed time, so that the same dictionary gives the same bytes. */
    private static final LocalDateTime SOME_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final long size;
    private final InputStream content;

    private ExportedZip(long size, InputStream content) {
        this.size = size;
        this.content = content;
    }

    /** Packs files by name, without a folder around them. */
    public static ExportedZip of(Map<String, FileContent> files) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.path().resolve("export.zip");
            try (OutputStream out = Files.newOutputStream(file)) {
                write(files, out);
            }
            long size = Files.size(file);
            return new ExportedZip(
                    size, Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE));
        } catch (IOException e) {
            throw new NotWritableException(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    /** Weights hardly shrink. */
    private static void write(Map<String, FileContent> files, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (Map.Entry<String, FileContent> file : new TreeMap<>(files).entrySet()) {
            ZipEntry entry = new ZipEntry(file.getKey());
            entry.setTimeLocal(SOME_TIME);
            zip.putNextEntry(entry);
            file.getValue().writeTo(zip);
            zip.closeEntry();
        }
        zip.finish();
        zip.flush();
    }

    public long size() {
        return size;
    }

    /**
     * Writes all of it, once.
     *
     * @throws IOException when the stream fails
     */
    public void writeTo(OutputStream out) throws IOException {
        try (this) {
            content.transferTo(out);
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
