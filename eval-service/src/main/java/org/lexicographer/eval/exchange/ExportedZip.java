package org.lexicographer.eval.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
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

    /** Puts files into a zip, some at a time. */
    @FunctionalInterface
    public interface Filling {

        /** Gives files by name to the zip, which writes them at once. */
        void fill(Consumer<Map<String, FileContent>> zip);
    }

    /** Packs files by name, without a folder around them. */
    public static ExportedZip of(Map<String, FileContent> files) {
        return of(zip -> zip.accept(files));
    }

    /** Packs files that need not be in memory together. */
    public static ExportedZip of(Filling filling) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.path().resolve("export.zip");
            try (OutputStream out = Files.newOutputStream(file)) {
                write(filling, out);
            }
            long size = Files.size(file);
            return new ExportedZip(
                    size, Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE));
        } catch (IOException e) {
            throw new NotWritableException(Path.of(System.getProperty("java.io.tmpdir")), e);
        } catch (UncheckedIOException e) {
            throw new NotWritableException(
                    Path.of(System.getProperty("java.io.tmpdir")), e.getCause());
        }
    }

    /** Weights hardly shrink. */
    private static void write(Filling filling, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.setLevel(Deflater.NO_COMPRESSION);
        filling.fill(files -> new TreeMap<>(files).forEach((name, it) -> add(name, it, zip)));
        zip.finish();
        zip.flush();
    }

    private static void add(String name, FileContent content, ZipOutputStream zip) {
        try {
            ZipEntry entry = new ZipEntry(name);
            entry.setTimeLocal(SOME_TIME);
            zip.putNextEntry(entry);
            content.writeTo(zip);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
