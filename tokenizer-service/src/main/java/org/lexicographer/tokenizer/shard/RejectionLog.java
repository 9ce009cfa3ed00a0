package org.lexicographer.tokenizer.shard;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.lexicographer.tokenizer.progress.DatasetMeter;
import org.lexicographer.tokenizer.progress.TokenizerOutput;
import org.lexicographer.tokenizer.stream.DatasetEntry;

/**
 * What of a run's dataset was rejected since its job started, over all its attempts; for use by one
 * thread at a time.
 */
public final class RejectionLog {

    private final TokenizerOutput output;
    private final DatasetMeter meter;
    private final Map<Long, ShardRejections> shards = new HashMap<>();
    private final Set<Long> messages = new HashSet<>();

    public RejectionLog(TokenizerOutput output, DatasetMeter meter) {
        this.output = requireNonNull(output, "output is null");
        this.meter = requireNonNull(meter, "meter is null");
    }

    /** Returns what of a shard was rejected; remembered once anything is. */
    ShardRejections of(DatasetEntry entry, String uri) {
        ShardRejections known = shards.get(entry.offset());
        return known != null
                ? known
                : new ShardRejections(
                        output, meter, entry, uri, some -> shards.put(entry.offset(), some));
    }

    /** Rejects a message that is about no shard, once. */
    void reject(DatasetEntry entry, String reason) {
        if (messages.add(entry.offset())) {
            output.reject(entry.rejection(reason));
        }
    }
}
