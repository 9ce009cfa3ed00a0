package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.lexicographer.tokenizer.progress.RunReports;
import org.lexicographer.tokenizer.progress.TokenizerMeters;
import org.lexicographer.tokenizer.stream.DatasetEntry;

/**
 * What of a run's dataset was rejected since its job started, over all its attempts; for use by one
 * thread at a time.
 */
public final class RejectionLog {

    private final RunReports reports;
    private final TokenizerMeters meters;
    private final Map<Long, ShardRejections> shards = new HashMap<>();

    /** Starts without rejections. */
    public RejectionLog(RunReports reports, TokenizerMeters meters) {
        this.reports = requireNonNull(reports, "reports is null");
        this.meters = requireNonNull(meters, "meters is null");
    }

    /** Lets a shard be read, or read again; remembers it if anything of it is rejected. */
    void shard(DatasetEntry entry, String uri, Consumer<ShardRejections> reading) {
        ShardRejections rejections = shards.get(entry.offset());
        if (rejections == null) {
            rejections = new ShardRejections(reports, meters, entry, uri);
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
