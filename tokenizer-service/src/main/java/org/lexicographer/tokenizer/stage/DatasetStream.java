package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.lexicographer.languagemodel.tokenizer.ContextPacker;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.tokenizer.shard.ShardReading;
import org.lexicographer.tokenizer.shard.ShardTally;
import org.lexicographer.tokenizer.shard.ShardTokens;
import org.lexicographer.tokenizer.stream.DatasetEntry;
import org.lexicographer.tokenizer.stream.StopSignal;

/**
 * The contexts of one dataset, in the order of its shards. One shard is open at a time, and read no
 * further than contexts are asked for: what is held beyond that is the encoder's window and the
 * contexts of one part of a document.
 */
final class DatasetStream implements AutoCloseable {

    private final ShardTokens shards;
    private final DatasetTally tally;
    private final LongConsumer shardEnd;
    private final DatasetPosition from;
    private final StopSignal stop;
    private final ContextPacker packer;
    private final Deque<PackedContext> packed = new ArrayDeque<>();
    private Optional<OpenShard> open = Optional.empty();
    private long droppedBehind;
    private DatasetPosition next;
    private long firstUnread;

    /** A shard that is being read. */
    private record OpenShard(long offset, ShardReading reading, ShardTally tally) {}

    /**
     * Continues at a position.
     *
     * @param shardEnd told the offset of each shard that nothing more is taken of
     */
    DatasetStream(
            ShardTokens shards,
            DatasetTally tally,
            LongConsumer shardEnd,
            DatasetPosition from,
            StopSignal stop) {
        this.shards = requireNonNull(shards, "shards is null");
        this.tally = requireNonNull(tally, "tally is null");
        this.shardEnd = requireNonNull(shardEnd, "shardEnd is null");
        this.from = requireNonNull(from, "from is null");
        this.stop = requireNonNull(stop, "stop is null");
        this.packer = new ContextPacker(shards.packing(), from);
        this.next = from;
        this.firstUnread = from.shardOffset();
    }

    /** Returns where the dataset continues after the contexts that were returned. */
    DatasetPosition next() {
        return next;
    }

    /** Returns the offset from which on the next message about the dataset is looked for. */
    long firstUnread() {
        return firstUnread;
    }

    /** Says that the messages before an offset were looked at. */
    void readTo(long offset) {
        firstUnread = offset;
    }

    /** Opens the next shard; there must be none that contexts are left of. */
    void open(DatasetEntry entry, DatasetShard shard) {
        ShardTally ofShard = tally.begin(entry.offset(), shard.uri());
        ShardReading reading = shards.open(entry, shard.uri(), from, ofShard, stop);
        open = Optional.of(new OpenShard(entry.offset(), reading, ofShard));
    }

    /**
     * Returns the next context; empty when a further shard is needed for it.
     *
     * @throws StopSignal.StoppedException when the signal was given before it was found
     */
    Optional<PackedContext> take() {
        while (packed.isEmpty() && open.isPresent()) {
            readOn(open.get());
        }
        Optional<PackedContext> context = Optional.ofNullable(packed.poll());
        context.ifPresent(taken -> next = taken.next());
        return context;
    }

    /** Tokens behind the last context of a document count once all before them were taken. */
    private void readOn(OpenShard shard) {
        shard.tally().drop(droppedBehind);
        droppedBehind = 0;
        Optional<EncodedPart> part = shard.reading().next();
        if (part.isPresent()) {
            droppedBehind = packer.add(shard.offset(), part.get(), packed::add);
        } else {
            finish();
        }
    }

    /** Says that nothing more is wanted of the shard that is being read. */
    void finish() {
        open.ifPresent(
                shard -> {
                    shard.reading().finish();
                    shardEnd.accept(shard.offset());
                    tally.store();
                });
        close();
    }

    /** Stores the account of what was read. */
    void storeAccount() {
        tally.store();
    }

    /** Returns the account of what was read. */
    DatasetAccount account() {
        return tally.account();
    }

    @Override
    public void close() {
        open.ifPresent(shard -> shard.reading().close());
        open = Optional.empty();
    }
}
