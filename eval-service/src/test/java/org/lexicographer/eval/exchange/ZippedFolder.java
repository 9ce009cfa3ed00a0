package org.lexicographer.eval.exchange;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;

/** Files by name, to and from a zip. */
public record ZippedFolder(Map<String, byte[]> files) {

    /** What dictionary_learning trained and saved: 64 latents of activations 16 wide. */
    public static final Path REFERENCES = Path.of("../dictionary/src/test/resources/reference");

    /** Returns the weights and config of a reference dictionary. */
    public static ZippedFolder reference(String name) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String file : new String[] {"ae.pt", "config.json"}) {
            Path path = REFERENCES.resolve(name).resolve(file);
            if (Files.exists(path)) {
                files.put(file, bytes(path));
            }
        }
        return new ZippedFolder(files);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a zip. */
    public static ZippedFolder of(byte[] zip) {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ZippedFolder(files);
    }

    /** Returns the same with one file more, or another one in its place. */
    public ZippedFolder with(String name, byte[] content) {
        Map<String, byte[]> more = new LinkedHashMap<>(files);
        more.put(name, content);
        return new ZippedFolder(more);
    }

    /** Returns the same with a text in a JSON file changed. */
    public ZippedFolder edited(String name, String before, String after) {
        String text = new String(files.get(name), StandardCharsets.UTF_8);
        return with(name, text.replace(before, after).getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the same within a folder. */
    public ZippedFolder within(String folder) {
        Map<String, byte[]> moved = new LinkedHashMap<>();
        files.forEach((name, content) -> moved.put(folder + name, content));
        return new ZippedFolder(moved);
    }

    /** Returns what readers of folders take. */
    public FolderFiles content() {
        Map<String, ByteBuffer> buffers = new LinkedHashMap<>();
        files.forEach((name, content) -> buffers.put(name, ByteBuffer.wrap(content)));
        return new FolderFiles("", buffers);
    }

    /** Returns the zip. */
    public byte[] zip() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
