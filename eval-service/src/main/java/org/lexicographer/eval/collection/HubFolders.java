package org.lexicographer.eval.collection;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.UnreadFiles;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubFile;
import org.lexicographer.objectstore.hub.HubRepository;
import org.lexicographer.pipeline.source.SourceUri.HubPath;

/** Folders of a repository of the hub, at one commit. */
final class HubFolders implements DictionaryFolders {

    private static final long MOST_CONFIG_BYTES = 1 << 20;

    private final Hub hub;
    private final HubPath path;
    private final Map<String, HubFile> files = new LinkedHashMap<>();

    /**
     * Looks what there is.
     *
     * @param path a commit of a repository, or a folder in it
     */
    HubFolders(Hub hub, HubPath path) {
        this.hub = hub;
        this.path = path;
        String folder = path.path().isEmpty() ? "" : path.path() + "/";
        for (HubFile file : hub.files(repository(path), path.revision())) {
            if (file.path().startsWith(folder)) {
                files.put(file.path().substring(folder.length()), file);
            }
        }
    }

    static HubRepository repository(HubPath path) {
        return new HubRepository(HubRepository.Kind.MODELS, path.repository());
    }

    @Override
    public String name() {
        String whole = whole("");
        return whole.substring(whole.lastIndexOf('/') + 1);
    }

    @Override
    public SortedMap<String, List<String>> folders() {
        return FolderFormat.folders(files.keySet());
    }

    @Override
    public FolderFiles config(String folder, List<String> config) {
        Map<String, ByteBuffer> contents = new LinkedHashMap<>();
        for (String name : config) {
            HubFile file = file(folder, name);
            contents.put(
                    name,
                    ByteBuffer.wrap(
                            hub.bytes(repository(path), path.revision(), file, MOST_CONFIG_BYTES)));
        }
        return new FolderFiles(whole(folder), contents);
    }

    private HubFile file(String folder, String name) {
        return files.get(folder.isEmpty() ? name : folder + "/" + name);
    }

    @Override
    public SortedMap<String, String> unread() {
        return UnreadFiles.among(files.keySet());
    }

    @Override
    public Upload upload(String folder, List<String> ignored) {
        String inRepository =
                path.path().isEmpty() || folder.isEmpty()
                        ? path.path() + folder
                        : path.path() + "/" + folder;
        return new Upload.From(path.withPath(inRepository).toString());
    }

    /** The repository's name may say where a dictionary belongs. */
    private String whole(String folder) {
        StringBuilder whole = new StringBuilder(path.repository());
        for (String part : List.of(path.path(), folder)) {
            whole.append(part.isEmpty() ? "" : "/").append(part);
        }
        return whole.toString();
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
