package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
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

    public RejectionLog(TokenizerOutput output, DatasetMeter meter) {
        this.output = requireNonNull(output, "output is null");
        this.meter = requireNonNull(meter, "meter is null");
    }

    /** Lets a shard be read, or read again; remembers it if anything of it is rejected. */
    void shard(DatasetEntry entry, String uri, Consumer<ShardRejections> reading) {
        ShardRejections rejections = shards.get(entry.offset());
        if (rejections == null) {
            rejections = new ShardRejections(output, meter, entry, uri);
        }
        try {
            reading.accept(rejections);
        } finally {
            if (!rejections.isEmpty()) {
                shards.put(entry.offset(), rejections);
            }
        }
    }
}
