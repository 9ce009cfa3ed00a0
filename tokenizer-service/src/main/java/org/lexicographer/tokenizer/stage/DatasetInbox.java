package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.tokenizer.stream.DatasetEntry;
import org.lexicographer.tokenizer.stream.DatasetLog;

/**
 * The messages about a run's dataset, as each dataset of a mix takes its own. Messages about the
 * others are passed over and read again when their turn comes, so however far one dataset runs
 * ahead of another, nothing of it is held.
 */
final class DatasetInbox {

    private static final Duration POLL = Duration.ofMillis(500);

    private final DatasetLog log;
    private final Consumer<DatasetEntry> firstSight;
    private long at;
    private long firstUnseen;

    /**
     * Starts at a position that nothing unread lies before.
     *
     * @param firstSight takes every message once, in the order of offsets, before it is returned
     */
    DatasetInbox(DatasetLog log, DatasetPosition from, Consumer<DatasetEntry> firstSight) {
        this.log = requireNonNull(log, "log is null");
        this.firstSight = requireNonNull(firstSight, "firstSight is null");
        log.readFrom(from);
        at = from.shardOffset();
        firstUnseen = at;
    }

    /** Returns the next message that was not seen yet; empty when none came in time. */
    Optional<DatasetEntry> next() {
        return read(firstUnseen);
    }

    /**
     * Returns the next message after those that were read for a dataset. A dataset that continues
     * behind another one passes over nothing that was not seen yet.
     */
    Optional<DatasetEntry> next(DatasetStream dataset) {
        while (firstUnseen < dataset.firstUnread()) {
            if (next().isEmpty()) {
                return Optional.empty();
            }
        }
        Optional<DatasetEntry> entry = read(dataset.firstUnread());
        entry.ifPresent(read -> dataset.readTo(read.offset() + 1));
        return entry;
    }

    private Optional<DatasetEntry> read(long from) {
        if (from != at) {
            log.readFrom(new DatasetPosition(from, 0, 0));
            at = from;
        }
        Optional<DatasetEntry> entry = log.poll(POLL);
        entry.ifPresent(this::see);
        return entry;
    }

    private void see(DatasetEntry entry) {
        at = entry.offset() + 1;
        if (entry.offset() >= firstUnseen) {
            firstUnseen = at;
            firstSight.accept(entry);
        }
    }
}
