package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.languagemodel.tokenizer.ContextPacker;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.run.RunSpec.EvaluationSpec.Source;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.shard.ShardReading;
import org.lexicographer.tokenizer.shard.ShardTally;
import org.lexicographer.tokenizer.shard.ShardTokens;
import org.lexicographer.tokenizer.stream.DatasetEntry;
import org.lexicographer.tokenizer.stream.StopSignal;

/**
 * The shards for evaluation of a run, which are never trained on: each is packed by itself, and its
 * last partial context is dropped.
 */
final class EvaluationShards {

    private static final String NOT_HELD_OUT =
            "shard for evaluation not used: the run holds out the first contexts of its stream:"
                    + " expected=evaluation.source shards, found=stream";

    private final Source source;
    private final ShardTokens shards;
    private final DatasetTally tally;
    private final HeldOutContexts heldOut;
    private final ProgressLog progress;
    private final StopSignal stop;

    EvaluationShards(
            Source source,
            ShardTokens shards,
            DatasetTally tally,
            HeldOutContexts heldOut,
            ProgressLog progress,
            StopSignal stop) {
        this.source = requireNonNull(source, "source is null");
        this.shards = requireNonNull(shards, "shards is null");
        this.tally = requireNonNull(tally, "tally is null");
        this.heldOut = requireNonNull(heldOut, "heldOut is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.stop = requireNonNull(stop, "stop is null");
    }

    /** Returns the account of what was read. */
    DatasetAccount account() {
        return tally.account();
    }

    /** Holds the contexts of a shard out, as far as they are wanted. */
    void take(DatasetEntry entry, DatasetShard shard) {
        if (source == Source.STREAM) {
            tally.begin(entry.offset(), shard.uri()).rest(Optional.empty(), NOT_HELD_OUT);
            shards.reject(entry, shard.uri(), NOT_HELD_OUT);
            tally.store();
        } else if (!heldOut.isFull()) {
            read(entry, shard);
        }
    }

    private void read(DatasetEntry entry, DatasetShard shard) {
        heldOut.shard(entry.offset(), shard.uri());
        ShardTally ofShard = tally.begin(entry.offset(), shard.uri());
        try (ShardReading reading =
                shards.open(entry, shard.uri(), DatasetPosition.START, ofShard, stop)) {
            ContextPacker packer = new ContextPacker(shards.packing(), DatasetPosition.START);
            Optional<EncodedPart> part = reading.next();
            while (part.isPresent()) {
                long dropped = packer.add(entry.offset(), part.get(), this::holdOut);
                if (heldOut.isFull()) {
                    break;
                }
                ofShard.drop(dropped);
                part = reading.next();
            }
            reading.finish();
        }
        heldOut.endShard(entry.offset());
        tally.store();
    }

    private void holdOut(PackedContext context) {
        if (!heldOut.isFull()) {
            if (heldOut.wantsOneMore()) {
                // Once the set is complete, this shard is not read again.
                tally.store();
            }
            heldOut.add(context);
            progress.heldOut(heldOut.contexts());
        }
    }
}
