package org.lexicographer.eval.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.dictionary.DictionaryConfig;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.DictionaryFormat;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.objectstore.ObjectNotFoundException;
import org.lexicographer.pipeline.objectstore.ObjectStat;
import org.lexicographer.pipeline.objectstore.ObjectStore;

/**
 * The catalogue of dictionaries: what lies under {@code dictionaries/} in the object store, where
 * the trainer puts a checkpoint's config behind its weights, so that a listed one is complete.
 */
public final class DictionaryStore {

    private static final Pattern CONFIG_KEY =
            Pattern.compile(
                    Pattern.quote(ObjectKeys.DICTIONARIES)
                            + "([^/]+/[^/]+/[^/]+)/step-(\\d{10,18})/"
                            + Pattern.quote(DictionaryFormat.CONFIG_FILE));

    private final ObjectStore store;

    /** Reads from this store. */
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
        Map<String, List<Long>> steps = new TreeMap<>();
        store.list(prefix).map(ObjectStat::key).forEach(key -> collect(key, steps));
        return steps.entrySet().stream()
                .map(e -> new SavedDictionary(DictionaryId.parse(e.getKey()), e.getValue()))
                .toList();
    }

    private static void collect(String key, Map<String, List<Long>> steps) {
        Matcher matcher = CONFIG_KEY.matcher(key);
        if (matcher.matches() && isDictionary(matcher.group(1))) {
            steps.computeIfAbsent(matcher.group(1), id -> new ArrayList<>())
                    .add(Long.parseLong(matcher.group(2)));
        }
    }

    /** Other people's objects under the prefix are none of ours. */
    private static boolean isDictionary(String id) {
        try {
            DictionaryId.parse(id);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
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

    private byte[] bytes(String key) {
        try {
            return store.bytes(key);
        } catch (ObjectNotFoundException e) {
            throw new UnusableInputException("dictionary incomplete: missing=" + key, e);
        }
    }
}
