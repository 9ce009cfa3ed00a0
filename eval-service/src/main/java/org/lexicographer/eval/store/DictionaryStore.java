package org.lexicographer.eval.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.stored.StoredDictionary;

/**
 * The catalogue of dictionaries: what lies under {@code dictionaries/} in the object store. A
 * checkpoint's config is put after its weights, so that a listed one is complete.
 */
public final class DictionaryStore {

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
     * @throws IOException when the folder cannot be written
     */
    public void download(String prefix, Path folder) throws IOException {
        for (String name : List.of(DictionaryFormat.CONFIG_FILE, DictionaryFormat.WEIGHTS_FILE)) {
            try (InputStream content = store.get(prefix + name)) {
                Files.copy(content, folder.resolve(name));
            } catch (ObjectNotFoundException e) {
                throw incomplete(prefix + name, e);
            }
        }
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
     * with others, by whichever replicas, one is the dictionary, whole; an attempt that breaks off
     * stays invisible, and the same import stored again completes it.
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
        String prefix = ObjectKeys.dictionary(id, step);
        claim(prefix + DictionaryFormat.WEIGHTS_FILE, weights);
        sparsity.ifPresent(bytes -> claim(prefix + SaeLensSparsity.FILE, bytes));
        StoredImport mine = StoredImport.of(step, config);
        StoredImport chosen = chosen(id, mine);
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
        String key = ObjectKeys.dictionaryImport(id);
        return store.putIfAbsent(key, Json.write(mine)).isPresent()
                ? mine
                : Json.read(store.bytes(key), StoredImport.class);
    }

    /** What an earlier attempt to store the same content has left will do as well. */
    private void claim(String key, byte[] content) {
        boolean taken = store.putIfAbsent(key, content).isEmpty();
        if (taken && !Arrays.equals(store.bytes(key), content)) {
            throw new NameTakenException("another dictionary is stored here: key=" + key);
        }
    }

    /** Removes an import and frees its name. */
    public void withdrawImport(DictionaryId id, long step) {
        store.delete(ObjectKeys.dictionary(id, step) + DictionaryFormat.CONFIG_FILE);
        store.delete(ObjectKeys.dictionaryImport(id));
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
