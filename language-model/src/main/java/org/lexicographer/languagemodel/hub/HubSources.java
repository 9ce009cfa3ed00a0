package org.lexicographer.languagemodel.hub;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.hub.HubFile;
import org.lexicographer.objectstore.hub.HubRepository;
import org.lexicographer.objectstore.hub.HubRepository.Kind;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.hub.HubTree;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/**
 * Where in the store that lies what an address of the hub names; it is fetched when it is not there
 * yet. Only a commit is fetched, because anything else may mean something else tomorrow: whoever
 * takes an address in asks once what it {@linkplain #pinned means}.
 *
 * <p>What the hub does not have or does not give is a {@link RefusedObjectStoreException}, an
 * outage a {@link org.lexicographer.objectstore.RetryableObjectStoreException}. Safe for use by
 * several threads.
 */
public final class HubSources {

    private static final int MOST_FILES = 10_000;
    private static final String CHOSEN = "files";
    private static final String WHOLE = "all";
    private static final HubSources NONE = new HubSources(Optional.empty());

    private final Optional<HubStore> stored;

    private HubSources(Optional<HubStore> stored) {
        this.stored = stored;
    }

    /** Reads what the store is filled with. */
    public HubSources(HubStore stored) {
        this(Optional.of(requireNonNull(stored, "stored is null")));
    }

    /** Returns the sources of those who read no hub. */
    public static HubSources none() {
        return NONE;
    }

    /** Returns the same address at the commit that its revision means now. */
    public HubPath pinned(HubPath path) {
        return path.isPinned()
                ? path
                : path.at(hub(path).hub().commit(repository(path), path.revision()));
    }

    /**
     * Returns the files that an address or pattern means now, each at its commit; the hub is not
     * asked for one that is stored.
     */
    public List<HubPath> files(HubPath pattern) {
        HubPath pinned = pinned(pattern);
        if (hub(pinned).hasFile(repository(pinned), pinned.revision(), pinned.path())) {
            return List.of(pinned);
        }
        List<HubFile> files = tree(pinned).matching(pinned.path());
        if (files.size() > MOST_FILES) {
            throw new RefusedObjectStoreException(
                    "too many files: most=%d, found=%d, uri=%s"
                            .formatted(MOST_FILES, files.size(), pattern),
                    null);
        }
        return files.stream().map(file -> pinned.withPath(file.path())).toList();
    }

    /** Returns the prefix of a model's files, which are stored then. */
    public StoredObject model(HubPath path) {
        HubStore hub = hub(requireCommit(path));
        return new StoredObject(
                hub.bucket(),
                hub.folder(
                        repository(path),
                        path.revision(),
                        ModelSelection.NAME,
                        ModelSelection::choose));
    }

    /** Returns the prefix of a model's files if they are stored already. */
    public Optional<StoredObject> storedModel(HubPath path) {
        HubStore hub = hub(requireCommit(path));
        return hub.hasFolder(repository(path), path.revision(), ModelSelection.NAME)
                ? Optional.of(model(path))
                : Optional.empty();
    }

    /** Returns what a repository holds, for those who need no more than a look; asks the hub. */
    public HubTree tree(HubPath path) {
        return hub(requireCommit(path)).tree(repository(path), path.revision());
    }

    /**
     * Returns what a small file of a repository holds, without storing it; empty where there is
     * none. Asks the hub.
     *
     * @param mostBytes the most that it may have
     */
    public Optional<byte[]> look(HubPath path, long mostBytes) {
        HubTree tree = tree(path);
        return tree.find(path.path()).map(file -> tree.bytes(file.path(), mostBytes));
    }

    /** Returns the object of a file, which is stored then. */
    public StoredObject file(HubPath path) {
        HubStore hub = hub(requireCommit(path));
        return new StoredObject(
                hub.bucket(), hub.file(repository(path), path.revision(), path.path()));
    }

    /**
     * Returns the prefix of files that belong together, which are stored then.
     *
     * @param path the folder that they lie in
     * @param choose which of the folder's files they are: always the same for the same folder
     */
    public StoredObject folder(HubPath path, Function<HubTree, List<HubFile>> choose) {
        boolean isWhole =
                hub(requireCommit(path))
                        .hasFolder(repository(path), path.revision(), selection(path, WHOLE));
        return isWhole ? wholeFolder(path) : folder(path, CHOSEN, choose);
    }

    /** Returns the prefix of a folder, of which all is stored then. */
    public StoredObject wholeFolder(HubPath path) {
        return folder(path, WHOLE, tree -> tree.within(path.path()));
    }

    private StoredObject folder(
            HubPath path, String name, Function<HubTree, List<HubFile>> choose) {
        HubStore hub = hub(requireCommit(path));
        String prefix =
                hub.folder(repository(path), path.revision(), selection(path, name), choose::apply);
        return new StoredObject(hub.bucket(), prefix + folder(path));
    }

    /** Two selections of the same folder are two things to have. */
    private static String selection(HubPath path, String name) {
        return "folder/" + folder(path) + name;
    }

    private static String folder(HubPath path) {
        return path.path().isEmpty() ? "" : path.path() + "/";
    }

    private static HubRepository repository(HubPath path) {
        return new HubRepository(path.isDataset() ? Kind.DATASETS : Kind.MODELS, path.repository());
    }

    private static HubPath requireCommit(HubPath path) {
        if (!path.isPinned()) {
            throw new RefusedObjectStoreException(
                    "revision may mean something else tomorrow: expected=a commit, found=%s, uri=%s"
                            .formatted(path.revision(), path),
                    null);
        }
        return path;
    }

    private HubStore hub(HubPath path) {
        return stored.orElseThrow(
                () ->
                        new RefusedObjectStoreException(
                                "addresses of the hub are not read here: uri=" + path, null));
    }
}
