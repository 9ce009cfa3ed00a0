package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.message.DatasetShard.Split;

/**
 * What became of the datasets of runs: for each part, a split or one of several datasets that are
 * mixed, the account up to and including each shard, under the offset of the shard. They outlive
 * the run.
 */
public final class DatasetAccounts {

    private static final String REFUSED = "refused";

    private final ObjectStore objects;

    public DatasetAccounts(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /** Returns the name of the part that shards of a split are, or those of a dataset of a mix. */
    public static String part(Split split, Optional<String> dataset) {
        return dataset.map(name -> split.text() + "-" + name).orElse(split.text());
    }

    /** Stores the account of a part up to and including a shard, unless it is stored already. */
    public void put(String run, String part, long shardOffset, DatasetAccount account) {
        String key = ObjectKeys.datasetAccount(run, part, shardOffset);
        byte[] json = account.toJson();
        if (objects.stat(key).isEmpty() || !Arrays.equals(objects.bytes(key), json)) {
            objects.put(key, json);
        }
    }

    /** Returns the account of all shards of a part that lie before a shard. */
    public DatasetAccount before(String run, String part, long shardOffset) {
        String end = ObjectKeys.datasetAccount(run, part, shardOffset);
        try (Stream<ObjectStat> stored = objects.list(ObjectKeys.datasetAccounts(run, part))) {
            return stored.map(ObjectStat::key)
                    .filter(key -> key.compareTo(end) < 0)
                    .reduce((first, second) -> second)
                    .map(this::read)
                    .orElse(DatasetAccount.EMPTY);
        }
    }

    private DatasetAccount read(String key) {
        return DatasetAccount.read(objects.bytes(key));
    }

    /** Returns the account of everything that was published for a run and looked at so far. */
    public DatasetAccount of(String run) {
        String refused = ObjectKeys.datasetAccounts(run, REFUSED);
        Map<String, String> last = new TreeMap<>();
        try (Stream<ObjectStat> stored = objects.list(ObjectKeys.datasetAccounts(run))) {
            stored.map(ObjectStat::key)
                    .filter(key -> !key.startsWith(refused))
                    .forEach(key -> last.put(key.substring(0, key.lastIndexOf('/')), key));
        }
        return last.values().stream()
                .map(this::read)
                .reduce(DatasetAccount.EMPTY, DatasetAccount::plus)
                .plus(refused(run));
    }

    /**
     * Takes note of a message that no job uses, because it is not about a shard or comes too late.
     * The same message counts once, however often it is noted.
     */
    public void refuse(String run, LeftOutReason reason) {
        String key = ObjectKeys.datasetAccount(run, REFUSED, reason.shardOffset());
        objects.put(key, Json.write(reason));
    }

    /** Tells whether a message was {@linkplain #refuse refused}. */
    public boolean isRefused(String run, long offset) {
        return objects.stat(ObjectKeys.datasetAccount(run, REFUSED, offset)).isPresent();
    }

    private DatasetAccount refused(String run) {
        List<String> keys;
        try (Stream<ObjectStat> stored = objects.list(ObjectKeys.datasetAccounts(run, REFUSED))) {
            keys = stored.map(ObjectStat::key).toList();
        }
        List<LeftOutReason> reasons =
                keys.stream()
                        .limit(DatasetAccount.MOST_REASONS)
                        .map(key -> Json.read(objects.bytes(key), LeftOutReason.class))
                        .toList();
        return new DatasetAccount(0, 0, keys.size(), 0, 0, 0, reasons);
    }
}
