package org.lexicographer.eval.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.exchange.saelens.SaeLensSparsity;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.stored.StoredDictionary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalogue of dictionaries: what lies under {@code dictionaries/} in the object store. A
 * checkpoint's config is put after its weights, so that a listed one is complete.
 */
public final class DictionaryStore {

    private static final Logger LOG = LoggerFactory.getLogger(DictionaryStore.class);

    private final ObjectStore store;

    public DictionaryStore(ObjectStore store) {
        this.store = store;
    }

    /** Returns all dictionaries, by name. */
    public List<SavedDictionary> all() {
        return listed(ObjectKeys.DICTIONARIES);
    }

    /** Returns the dictionaries of a run, by name. */
    public List<SavedDictionary> ofRun(String run) {
        return listed(ObjectKeys.DICTIONARIES + run + "/");
    }

    /** Returns one dictionary, or empty when no checkpoint of it was saved. */
    public Optional<SavedDictionary> find(DictionaryId dictionary) {
        return listed(ObjectKeys.dictionary(dictionary)).stream().findFirst();
    }

    private List<SavedDictionary> listed(String prefix) {
        Map<String, List<StoredDictionary>> stored;
        try (Stream<ObjectStat> objects = store.list(prefix)) {
            stored =
                    objects.map(ObjectStat::key)
                            .flatMap(key -> StoredDictionary.ofConfigKey(key).stream())
                            .collect(
                                    Collectors.groupingBy(
                                            dictionary -> dictionary.id().toString(),
                                            TreeMap::new,
                                            Collectors.toList()));
        }
        return stored.values().stream().map(DictionaryStore::saved).toList();
    }

    private static SavedDictionary saved(List<StoredDictionary> steps) {
        return new SavedDictionary(
                steps.getFirst().id(), steps.stream().map(StoredDictionary::step).toList());
    }

    /**
     * Returns the config of the checkpoint under a prefix.
     *
     * @throws UnusableInputException when it is missing or not valid
     */
    public DictionaryConfig config(String prefix) {
        String key = prefix + DictionaryFormat.CONFIG_FILE;
        try {
            return DictionaryFormat.readConfig(bytes(key));
        } catch (DictionaryException e) {
            throw new UnusableInputException(e.getMessage() + ", key=" + key, e);
        }
    }

    /**
     * Returns both files of the checkpoint under a prefix.
     *
     * @throws UnusableInputException when one is missing
     */
    public DictionaryFiles files(String prefix) {
        return new DictionaryFiles(
                prefix,
                bytes(prefix + DictionaryFormat.CONFIG_FILE),
                bytes(prefix + DictionaryFormat.WEIGHTS_FILE));
    }

    /**
     * Copies both files of the checkpoint under a prefix into a folder.
     *
     * @throws UnusableInputException when one is missing
     * @throws RetryableObjectStoreException when one breaks off, or there is no room for it here
     */
    public void download(String prefix, Path folder) {
        for (String name : List.of(DictionaryFormat.CONFIG_FILE, DictionaryFormat.WEIGHTS_FILE)) {
            try (InputStream content = store.get(prefix + name)) {
                Files.copy(content, folder.resolve(name));
            } catch (ObjectNotFoundException e) {
                throw incomplete(prefix + name, e);
            } catch (IOException e) {
                throw new RetryableObjectStoreException(
                        "dictionary not copied: reason=%s, key=%s, to=%s"
                                .formatted(e, prefix + name, folder),
                        e);
            }
        }
    }

    /**
     * Returns how many bytes the weights of the checkpoint under a prefix have; 0 when they are
     * missing.
     */
    public long weightBytes(String prefix) {
        return store.stat(prefix + DictionaryFormat.WEIGHTS_FILE).map(ObjectStat::size).orElse(0L);
    }

    /** Returns another file of the checkpoint under a prefix, if it has it. */
    public Optional<byte[]> file(String prefix, String name) {
        try {
            return Optional.of(store.bytes(prefix + name));
        } catch (ObjectNotFoundException absent) {
            return Optional.empty();
        }
    }

    /**
     * Stores an import. Of several that are stored under one name at once, with the same step or
     * with others, by whichever replicas, one is the dictionary, whole; of an attempt that fails
     * nothing is left, or until the next one only what cannot be seen.
     *
     * @param sparsity SAELens's {@code sparsity.safetensors}, if it has one
     * @throws NameTakenException when another dictionary has the name
     */
    public void storeImport(
            DictionaryId id,
            long step,
            DictionaryConfig config,
            byte[] weights,
            Optional<byte[]> sparsity) {
        sweep(id);
        try {
            storeSwept(id, step, config, weights, sparsity);
        } catch (RuntimeException e) {
            sweepAfter(e, id);
            throw e;
        }
    }

    private void storeSwept(
            DictionaryId id,
            long step,
            DictionaryConfig config,
            byte[] weights,
            Optional<byte[]> sparsity) {
        String prefix = ObjectKeys.dictionary(id, step);
        List<Claimed> files = new ArrayList<>();
        files.add(claim(prefix + DictionaryFormat.WEIGHTS_FILE, weights));
        sparsity.ifPresent(bytes -> files.add(claim(prefix + SaeLensSparsity.FILE, bytes)));
        StoredImport mine = StoredImport.of(step, config);
        StoredImport chosen = chosen(id, mine);
        if (chosen.equals(mine)) {
            files.forEach(this::restore);
        }
        // The second to come completes what the first may not have finished.
        store.putIfAbsent(
                ObjectKeys.dictionary(id, chosen.step()) + DictionaryFormat.CONFIG_FILE,
                chosen.configFile());
        if (!chosen.equals(mine)) {
            throw new NameTakenException("dictionary exists: dictionary=" + id);
        }
    }

    /** One conditional create decides, when all but the config is stored. */
    private StoredImport chosen(DictionaryId id, StoredImport mine) {
        return store.putIfAbsent(ObjectKeys.dictionaryImport(id), Json.write(mine)).isPresent()
                ? mine
                : decided(id)
                        .orElseThrow(() -> new NameTakenException("withdrawn meanwhile: " + id));
    }

    private Optional<StoredImport> decided(DictionaryId id) {
        try {
            byte[] json = store.bytes(ObjectKeys.dictionaryImport(id));
            return Optional.of(Json.read(json, StoredImport.class));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    private record Claimed(ObjectStat stat, byte[] content) {}

    private Claimed claim(String key, byte[] content) {
        Optional<ObjectStat> created = store.putIfAbsent(key, content);
        if (created.isPresent()) {
            return new Claimed(created.get(), content);
        }
        Optional<ObjectStat> found = store.stat(key);
        if (found.isEmpty() || !Arrays.equals(store.bytes(key), content)) {
            throw new NameTakenException("another dictionary is stored here: key=" + key);
        }
        return new Claimed(found.get(), content);
    }

    /** Another attempt may have swept the file away before this one was chosen, never since. */
    private void restore(Claimed file) {
        String key = file.stat().key();
        if (!store.stat(key).map(ObjectStat::etag).equals(Optional.of(file.stat().etag()))) {
            store.put(key, file.content());
        }
    }

    /** Removes what attempts that broke off, or came second, have left under a name. */
    private void sweep(DictionaryId id) {
        List<String> keys;
        try (Stream<ObjectStat> stored = store.list(ObjectKeys.dictionary(id))) {
            keys = stored.map(ObjectStat::key).toList();
        }
        Set<String> kept = new HashSet<>();
        keys.stream()
                .filter(key -> key.endsWith("/" + DictionaryFormat.CONFIG_FILE))
                .forEach(key -> kept.add(folder(key)));
        decided(id).ifPresent(chosen -> kept.add(ObjectKeys.dictionary(id, chosen.step())));
        kept.add(ObjectKeys.dictionary(id));
        List<String> left = keys.stream().filter(key -> !kept.contains(folder(key))).toList();
        if (!left.isEmpty()) {
            LOG.info("leftovers of imports removed: dictionary={}, objects={}", id, left.size());
            store.deleteAll(left);
        }
    }

    private static String folder(String key) {
        return key.substring(0, key.lastIndexOf('/') + 1);
    }

    private void sweepAfter(RuntimeException failure, DictionaryId id) {
        try {
            sweep(id);
        } catch (ObjectStoreException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Removes an import, with evaluations if its announcement arrived after all, and frees its
     * name: the next of that name has figures of its own.
     */
    public void withdrawImport(DictionaryId id, long step) {
        store.delete(ObjectKeys.dictionary(id, step) + DictionaryFormat.CONFIG_FILE);
        store.delete(ObjectKeys.dictionaryImport(id));
        sweep(id);
        List<String> evaluations;
        try (Stream<ObjectStat> stored = store.list(ObjectKeys.evaluations(id))) {
            evaluations = stored.map(ObjectStat::key).toList();
        }
        store.deleteAll(evaluations);
    }

    private static UnusableInputException incomplete(String key, ObjectNotFoundException e) {
        return new UnusableInputException("dictionary incomplete: missing=" + key, e);
    }

    private byte[] bytes(String key) {
        try {
            return store.bytes(key);
        } catch (ObjectNotFoundException e) {
            throw incomplete(key, e);
        }
    }
}
