package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.hub.HubContent.DamagedContentException;
import org.lexicographer.objectstore.hub.HubRepository.Kind;
import org.lexicographer.objectstore.retry.RetryClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was fetched from the hub, under the commit that it belongs to. Everything is fetched once,
 * by whichever replica needs it first, and read from the store afterwards without asking the hub:
 * each file is stored whole or not at all, and of several files a manifest, stored last, says that
 * all are there. Safe for use by several threads.
 *
 * <p>What is not in the store and cannot be fetched is a {@link RefusedObjectStoreException}, or an
 * outage; see {@link Hub}.
 */
public final class HubStore {

    /** The prefix of all that was fetched. */
    public static final String PREFIX = "hub/";

    /** The prefix of who fetches what. */
    public static final String CLAIMS = PREFIX + "claims/";

    /** The prefix of since when nobody names what was fetched. */
    public static final String UNNAMED = PREFIX + "unnamed/";

    private static final Logger LOG = LoggerFactory.getLogger(HubStore.class);
    private static final String MANIFESTS = PREFIX + "manifests/";

    private final ObjectStore store;
    private final Hub hub;
    private final FetchClaims claims;
    private final HubTree.Known trees = new HubTree.Known();

    /** Creates the store; objects go into this bucket. */
    public HubStore(ObjectStore store, Hub hub) {
        this(store, hub, RetryClock.system());
    }

    /** As {@link #HubStore(ObjectStore, Hub)}, in the time of a clock. */
    public HubStore(ObjectStore store, Hub hub, RetryClock clock) {
        this.store = requireNonNull(store, "store is null");
        this.hub = requireNonNull(hub, "hub is null");
        this.claims = new FetchClaims(store, clock);
    }

    /** Says which of the files of a commit belong together. */
    @FunctionalInterface
    public interface Selection {

        /**
         * Chooses files, of which there must be at least one.
         *
         * @throws RefusedObjectStoreException when what is needed is not there
         */
        List<HubFile> choose(HubTree tree);
    }

    /**
     * Files of a commit of a repository of models that were fetched together.
     *
     * @param repository the repository
     * @param commit the commit
     * @param name what the selection is called
     * @param paths where its files lie in the repository
     */
    public record Folder(HubRepository repository, String commit, String name, List<String> paths) {

        public Folder {
            requireNonNull(repository, "repository is null");
            requireNonNull(commit, "commit is null");
            requireNonNull(name, "name is null");
            paths = List.copyOf(paths);
        }

        /** Returns the commit's address. */
        public String uri() {
            return repository + "@" + commit;
        }
    }

    /** Returns the bucket that the objects are in. */
    public String bucket() {
        return store.bucket();
    }

    /** Returns the hub that this store is filled from. */
    public Hub hub() {
        return hub;
    }

    /** Returns the prefix that the files of a commit have in the store, ending in a slash. */
    public static String prefix(HubRepository repository, String commit) {
        return PREFIX + repository.keyPart(requireCommit(commit)) + "/";
    }

    private static String requireCommit(String commit) {
        if (!HubRepository.isCommit(commit)) {
            throw new IllegalArgumentException(
                    "not a commit: expected=40 hexadecimal digits, found=" + commit);
        }
        return commit;
    }

    /**
     * Returns the key of a file of a commit, which is in the store then.
     *
     * @param path where it lies in the repository
     */
    public String file(HubRepository repository, String commit, String path) {
        String key = key(repository, commit, path);
        claims.once(
                key.substring(PREFIX.length()),
                () -> store.stat(key).isPresent(),
                beat -> fetch(tree(repository, commit).file(path), repository, commit, beat));
        return key;
    }

    /** Tells whether a file is stored, without asking the hub. */
    public boolean hasFile(HubRepository repository, String commit, String path) {
        return HubFile.fault(path).isEmpty()
                && store.stat(key(repository, commit, path)).isPresent();
    }

    private static String key(HubRepository repository, String commit, String path) {
        HubFile.checkPath(path);
        return prefix(repository, commit) + path;
    }

    /**
     * Returns the prefix of files of a commit that belong together, which are in the store then.
     *
     * @param name what to call the selection: it always chooses the same files of a commit
     */
    public String folder(
            HubRepository repository, String commit, String name, Selection selection) {
        String prefix = prefix(repository, commit);
        String manifest = manifest(repository, commit, name);
        claims.once(
                unit(repository, commit, name),
                () -> store.stat(manifest).isPresent(),
                beat -> {
                    List<HubFile> files = selection.choose(tree(repository, commit));
                    do {
                        for (HubFile file : files) {
                            fetch(file, repository, commit, beat);
                        }
                        store.put(manifest, HubManifest.json(repository, commit, files));
                    } while (!areThere(files, prefix, manifest));
                });
        return prefix;
    }

    /**
     * Of files that other selections share, one may have been removed with another that was
     * forgotten. Whoever removes looks for manifests afterwards, so one of both finds it.
     */
    private boolean areThere(List<HubFile> files, String prefix, String manifest) {
        boolean there =
                files.stream().allMatch(file -> store.stat(prefix + file.path()).isPresent());
        if (!there) {
            store.delete(manifest);
        }
        return there;
    }

    /** Tells whether files that belong together are stored, without asking the hub. */
    public boolean hasFolder(HubRepository repository, String commit, String name) {
        return store.stat(manifest(repository, commit, name)).isPresent();
    }

    private static String manifest(HubRepository repository, String commit, String name) {
        return MANIFESTS + unit(repository, commit, name);
    }

    private static String unit(HubRepository repository, String commit, String name) {
        return "%s/%s.json".formatted(repository.keyPart(requireCommit(commit)), name);
    }

    /** Returns what was fetched together of repositories of models. */
    public List<Folder> folders() {
        String prefix = MANIFESTS + "models/";
        List<String> keys;
        try (Stream<ObjectStat> stored = store.list(prefix)) {
            keys = stored.map(ObjectStat::key).toList();
        }
        return keys.stream().flatMap(key -> folder(key, prefix).stream()).toList();
    }

    /** Empty for one that goes meanwhile. */
    private Optional<Folder> folder(String manifest, String prefix) {
        String[] parts = manifest.substring(prefix.length()).split("/", 4);
        try {
            return Optional.of(
                    new Folder(
                            new HubRepository(Kind.MODELS, parts[0] + "/" + parts[1]),
                            parts[2],
                            parts[3].substring(0, parts[3].length() - ".json".length()),
                            HubManifest.paths(store.bytes(manifest))));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    /**
     * Lets files be fetched anew when somebody needs them; they stay, so that nobody misses one.
     */
    public void forget(Folder folder) {
        store.delete(manifest(folder.repository(), folder.commit(), folder.name()));
    }

    /**
     * Removes files that were forgotten, but those that belong to others too; nothing happens when
     * they were fetched since. Whoever needs them meanwhile waits, and fetches them.
     *
     * @return what was removed
     */
    public List<ObjectStat> remove(Folder folder) {
        String manifest = manifest(folder.repository(), folder.commit(), folder.name());
        List<ObjectStat> removed = new ArrayList<>();
        claims.once(
                unit(folder.repository(), folder.commit(), folder.name()),
                () -> store.stat(manifest).isPresent(),
                beat -> {
                    Set<String> others = new HashSet<>();
                    folders().stream()
                            .filter(other -> other.uri().equals(folder.uri()))
                            .forEach(other -> others.addAll(other.paths()));
                    String prefix = prefix(folder.repository(), folder.commit());
                    folder.paths().stream()
                            .filter(path -> !others.contains(path))
                            .flatMap(path -> store.stat(prefix + path).stream())
                            .forEach(
                                    file -> {
                                        removed.add(file);
                                        beat.run();
                                    });
                    Set<String> keys = new HashSet<>();
                    removed.forEach(file -> keys.add(file.key()));
                    store.deleteAll(List.copyOf(keys));
                    forgetOthers(folder.uri(), prefix, keys);
                });
        return removed;
    }

    /** One that was fetched meanwhile may have counted on a file that has gone. */
    private void forgetOthers(String uri, String prefix, Set<String> removed) {
        folders().stream()
                .filter(other -> other.uri().equals(uri))
                .filter(
                        other ->
                                other.paths().stream()
                                        .anyMatch(path -> removed.contains(prefix + path)))
                .forEach(this::forget);
    }

    /** Returns the files of a commit, asking the hub unless it has been asked lately. */
    public HubTree tree(HubRepository repository, String commit) {
        return trees.of(
                prefix(repository, commit),
                () -> new HubTree(hub, repository, commit, hub.files(repository, commit)));
    }

    private void fetch(HubFile file, HubRepository repository, String commit, Runnable beat) {
        String key = prefix(repository, commit) + file.path();
        if (store.stat(key).isPresent()) {
            return;
        }
        LOG.info(
                "fetching from the hub: file={}/{}, bytes={}",
                repository,
                file.path(),
                file.size());
        try {
            copy(file, repository, commit, beat);
        } catch (DamagedContentException damaged) {
            again(file, repository, commit, beat, damaged);
        }
    }

    /** Damage on the way does not repeat. */
    private void again(
            HubFile file,
            HubRepository repository,
            String commit,
            Runnable beat,
            DamagedContentException damaged) {
        LOG.warn("fetched once more: reason={}", damaged.getMessage());
        try {
            copy(file, repository, commit, beat);
        } catch (DamagedContentException e) {
            throw new RefusedObjectStoreException(e.getMessage(), e);
        }
    }

    private void copy(HubFile file, HubRepository repository, String commit, Runnable beat)
            throws DamagedContentException {
        String key = prefix(repository, commit) + file.path();
        try (InputStream content = new Beating(hub.open(repository, commit, file), beat)) {
            store.put(key, content, file.size());
        } catch (UncheckedIOException | IOException e) {
            throw reason(e, key);
        }
    }

    /** What a stream fails with comes through the store's client, wrapped. */
    private static RuntimeException reason(Exception failure, String key)
            throws DamagedContentException {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DamagedContentException damaged) {
                throw damaged;
            }
            if (cause instanceof ObjectStoreException known) {
                return known;
            }
        }
        return new RefusedObjectStoreException(
                "not stored: reason=%s, key=%s".formatted(failure.getMessage(), key), failure);
    }
}
