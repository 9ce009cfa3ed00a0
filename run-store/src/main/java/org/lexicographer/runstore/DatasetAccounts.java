package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.message.DatasetShard.Split;

/**
 * What became of the datasets of runs: for each split, the account up to and including each shard,
 * under the offset of the shard. They outlive the run.
 */
public final class DatasetAccounts {

    private static final String REFUSED = "refused";

    private final ObjectStore objects;

    public DatasetAccounts(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /** Stores the account of a split up to and including a shard, unless it is stored already. */
    public void put(String run, Split split, long shardOffset, DatasetAccount account) {
        String key = ObjectKeys.datasetAccount(run, split.text(), shardOffset);
        byte[] json = account.toJson();
        if (objects.stat(key).isEmpty() || !Arrays.equals(objects.bytes(key), json)) {
            objects.put(key, json);
        }
    }

    /** Returns the account of all shards of a split that lie before a shard. */
    public DatasetAccount before(String run, Split split, long shardOffset) {
        String end = ObjectKeys.datasetAccount(run, split.text(), shardOffset);
        return last(run, split, end);
    }

    /** Returns the account of everything that was published for a run and looked at so far. */
    public DatasetAccount of(String run) {
        return before(run, Split.TRAINING, Long.MAX_VALUE)
                .plus(before(run, Split.EVALUATION, Long.MAX_VALUE))
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

    private DatasetAccount last(String run, Split split, String end) {
        Optional<String> last;
        try (Stream<ObjectStat> stored =
                objects.list(ObjectKeys.datasetAccounts(run, split.text()))) {
            last =
                    stored.map(ObjectStat::key)
                            .filter(key -> key.compareTo(end) < 0)
                            .reduce((first, second) -> second);
        }
        return last.map(key -> DatasetAccount.read(objects.bytes(key)))
                .orElse(DatasetAccount.EMPTY);
    }
}
