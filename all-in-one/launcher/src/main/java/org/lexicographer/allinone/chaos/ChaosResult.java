package org.lexicographer.allinone.chaos;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.StoredDictionary;

/**
 * What a run has come to.
 *
 * @param dictionaries for each dictionary, by {@code site/recipe}, the SHA-256 of its final weights
 * @param blocks for each site, the runs of consecutive token blocks that the trainer took, as its
 *     own log has them
 */
public record ChaosResult(Map<String, String> dictionaries, Map<String, List<Blocks>> blocks) {

    private static final String WEIGHTS = "/" + StoredDictionary.WEIGHTS_FILE;

    /**
     * Consecutive token blocks.
     *
     * @param first the number of the first
     * @param last the number of the last
     * @param contexts the contexts in all of them
     */
    public record Blocks(long first, long last, long contexts) {}

    /** Reads what a run that has ended has left in the store. */
    public static ChaosResult of(ObjectStore store, RunSpec spec) {
        Map<String, String> dictionaries = new TreeMap<>();
        Map<String, List<Blocks>> blocks = new TreeMap<>();
        for (Site site : spec.sites()) {
            for (RecipeSpec recipe : spec.recipesAt(site)) {
                DictionaryId id = new DictionaryId(spec.run(), site, recipe.name());
                dictionaries.put(site + "/" + recipe.name(), sha256(finalWeights(store, id)));
            }
            blocks.put(site.toString(), taken(store, spec, site));
        }
        return new ChaosResult(dictionaries, blocks);
    }

    private static byte[] finalWeights(ObjectStore store, DictionaryId id) {
        try (Stream<ObjectStat> saved = store.list(ObjectKeys.dictionary(id))) {
            String last =
                    saved.map(ObjectStat::key)
                            .filter(key -> key.endsWith(WEIGHTS))
                            .max(String::compareTo)
                            .orElseThrow(
                                    () ->
                                            new IllegalStateException(
                                                    "dictionary missing: dictionary=" + id));
            return store.bytes(last);
        }
    }

    private static List<Blocks> taken(ObjectStore store, RunSpec spec, Site site) {
        byte[] manifest = store.bytes(ObjectKeys.checkpointManifest(spec.run(), site));
        return Json.tree(manifest)
                .path("finished")
                .path("ranges")
                .valueStream()
                .map(
                        range ->
                                new Blocks(
                                        range.path("first").longValue(),
                                        range.path("last").longValue(),
                                        range.path("rows").longValue() / spec.contextLength()))
                .toList();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Tells whether every block from the first on was taken exactly once, at every site. */
    public boolean tookEveryBlockOnce() {
        return blocks.values().stream()
                .allMatch(taken -> taken.size() == 1 && taken.getFirst().first() == 0);
    }
}
