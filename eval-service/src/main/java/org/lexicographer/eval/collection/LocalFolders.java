package org.lexicographer.eval.collection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.UnreadFiles;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;

/** Folders of this machine, or in a zip on it. */
final class LocalFolders implements DictionaryFolders {

    private static final String ZIP = ".zip";

    private final String name;
    private final Path root;
    private final Optional<FileSystem> zip;

    private LocalFolders(String name, Path root, Optional<FileSystem> zip) {
        this.name = name;
        this.root = root;
        this.zip = zip;
    }

    /**
     * Opens a folder, which may be a link to one, or a zip; both are called as the path is.
     *
     * @throws IOException when there is none
     */
    static LocalFolders open(Path path) throws IOException {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "" : last.toString();
        if (Files.isDirectory(path)) {
            return new LocalFolders(name, path.toRealPath(), Optional.empty());
        }
        if (!name.endsWith(ZIP)) {
            throw new IOException("not a folder and not a zip: found=" + path);
        }
        FileSystem inside = FileSystems.newFileSystem(path);
        return new LocalFolders(
                name.substring(0, name.length() - ZIP.length()),
                inside.getRootDirectories().iterator().next(),
                Optional.of(inside));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SortedMap<String, List<String>> folders() throws IOException {
        return FolderFormat.folders(files());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .toList();
        }
    }

    @Override
    public SortedMap<String, String> unread() throws IOException {
        return UnreadFiles.among(files());
    }

    @Override
    public FolderFiles config(String folder, List<String> config) throws IOException {
        Map<String, ByteBuffer> contents = new LinkedHashMap<>();
        for (String file : config) {
            contents.put(file, ByteBuffer.wrap(Files.readAllBytes(at(folder, file))));
        }
        return new FolderFiles(named(folder), contents);
    }

    @Override
    public Upload upload(String folder, List<String> files) {
        Map<String, Path> entries = new LinkedHashMap<>();
        files.forEach(file -> entries.put(named(folder) + "/" + file, at(folder, file)));
        return new Upload.Zip(entries);
    }

    private Path at(String folder, String file) {
        return root.resolve(folder).resolve(file);
    }

    /** The outermost name may say where a dictionary belongs. */
    private String named(String folder) {
        return folder.isEmpty() ? name : name + "/" + folder;
    }

    @Override
    public void close() throws IOException {
        if (zip.isPresent()) {
            zip.get().close();
        }
    }
}
