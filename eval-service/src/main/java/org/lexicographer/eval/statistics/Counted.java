package org.lexicographer.eval.statistics;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lexicographer.eval.latent.CountsFile;
import org.lexicographer.eval.latent.LatentCounts;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * What pass A found in all shards: of each dictionary of a plan the counts, or why there are none.
 */
record Counted(Map<Integer, LatentCounts> each, Map<Integer, String> failures) {

    static final Counted NOTHING = new Counted(Map.of(), Map.of());

    /**
     * Merges the shards' files, in their order.
     *
     * @param dictionaries how many dictionaries the plan has
     */
    static Counted of(Iterable<? extends TensorSource> shards, int dictionaries) {
        Map<Integer, LatentCounts> each = new TreeMap<>();
        Map<Integer, String> failures = new TreeMap<>();
        for (TensorSource shard : shards) {
            for (int dictionary = 0; dictionary < dictionaries; dictionary++) {
                String failure = shard.metadata().get(Shards.failureKey(dictionary));
                if (failure != null) {
                    failures.putIfAbsent(dictionary, failure);
                } else if (!failures.containsKey(dictionary)) {
                    LatentCounts counts = CountsFile.counts(shard, Shards.prefix(dictionary));
                    each.merge(dictionary, counts, Counted::merged);
                }
            }
        }
        return new Counted(each, failures);
    }

    private static LatentCounts merged(LatentCounts earlier, LatentCounts later) {
        earlier.merge(later);
        return earlier;
    }

    Optional<String> failure(int dictionary) {
        return Optional.ofNullable(failures.get(dictionary));
    }

    Optional<LatentCounts> counts(int dictionary) {
        return failure(dictionary).isPresent()
                ? Optional.empty()
                : Optional.ofNullable(each.get(dictionary));
    }
}
