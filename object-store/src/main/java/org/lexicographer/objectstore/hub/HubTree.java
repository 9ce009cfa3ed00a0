package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.objectstore.PathPattern;
import org.lexicographer.objectstore.RefusedObjectStoreException;

/** The files of a repository at a commit. */
public final class HubTree {

    private final Hub hub;
    private final HubRepository repository;
    private final String commit;
    private final List<HubFile> files;

    HubTree(Hub hub, HubRepository repository, String commit, List<HubFile> files) {
        this.hub = requireNonNull(hub, "hub is null");
        this.repository = requireNonNull(repository, "repository is null");
        this.commit = requireNonNull(commit, "commit is null");
        this.files = List.copyOf(files);
    }

    /** Returns all files, in the order of the hub's listing. */
    public List<HubFile> files() {
        return files;
    }

    /** Returns the file at a path, if there is one. */
    public Optional<HubFile> find(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    /**
     * Returns the file at a path.
     *
     * @throws RefusedObjectStoreException when there is none, or the path cannot be a file's
     */
    public HubFile file(String path) {
        HubFile.checkPath(path);
        return find(path).orElseThrow(() -> lacks("no such file: path=" + path));
    }

    /** Returns the files of a folder and of those in it; all, of an empty path. */
    public List<HubFile> within(String folder) {
        return folder.isEmpty()
                ? files
                : files.stream().filter(file -> file.path().startsWith(folder + "/")).toList();
    }

    /**
     * Returns the files that a pattern means, by path: {@code *} stands for characters of a name,
     * {@code **} for slashes too, {@code ?} for one character, {@code [ab]} and {@code {a,b}} for a
     * choice. A path that there is means itself, whatever is in it.
     *
     * @throws RefusedObjectStoreException when there is none
     */
    public List<HubFile> matching(String pattern) {
        Optional<HubFile> itself = find(pattern);
        if (itself.isPresent()) {
            return List.of(itself.get());
        }
        PathPattern wanted = wanted(pattern);
        List<HubFile> matching =
                files.stream()
                        .filter(file -> wanted.matches(file.path()))
                        .sorted(Comparator.comparing(HubFile::path))
                        .toList();
        if (matching.isEmpty()) {
            throw lacks("no such file: path=" + pattern);
        }
        return matching;
    }

    private PathPattern wanted(String pattern) {
        try {
            return PathPattern.of(pattern);
        } catch (IllegalArgumentException e) {
            throw lacks("not a pattern: reason=%s, found=%s".formatted(e.getMessage(), pattern));
        }
    }

    /**
     * Reads a small file.
     *
     * @param mostBytes the most that it may have
     * @throws RefusedObjectStoreException when there is none, or it has more
     */
    public byte[] bytes(String path, long mostBytes) {
        return hub.bytes(repository, commit, file(path), mostBytes);
    }

    /** Returns what to throw when the repository lacks something. */
    public RefusedObjectStoreException lacks(String rule) {
        return new RefusedObjectStoreException(
                "%s, repository=%s@%s".formatted(rule, repository, commit), null);
    }

    /**
     * The listings that were asked for last. A commit's does not change, and whoever fetches the
     * files of a dataset needs it for each of them.
     */
    static final class Known {

        private static final int MOST_TREES = 4;

        /** A file takes some 300 bytes of memory. */
        private static final int MOST_FILES = 20_000;

        private final Map<String, HubTree> trees = new LinkedHashMap<>(MOST_TREES, 0.75f, true);

        /**
         * Returns the tree of a name, listing it where it is not known; two threads may both list.
         */
        HubTree of(String name, Supplier<HubTree> listing) {
            return known(name)
                    .orElseGet(
                            () -> {
                                HubTree listed = listing.get();
                                keep(name, listed);
                                return listed;
                            });
        }

        private synchronized Optional<HubTree> known(String name) {
            return Optional.ofNullable(trees.get(name));
        }

        private synchronized void keep(String name, HubTree tree) {
            if (tree.files().size() > MOST_FILES) {
                return;
            }
            trees.put(name, tree);
            if (trees.size() > MOST_TREES) {
                trees.remove(trees.keySet().iterator().next());
            }
        }
    }
}
