package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.lexicographer.languagemodel.tokenizer.ContextPacker;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.EvaluationSpec.Source;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.stream.DatasetEntry;
import org.lexicographer.tokenizer.stream.DatasetLog;
import org.lexicographer.tokenizer.stream.RunFailedException;
import org.lexicographer.tokenizer.stream.RunTrainedException;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.TokenBlockLog;

/**
 * Tokenizes one run: takes its dataset shards in order until the training stream has all its blocks
 * and the held-out set all its contexts, or the dataset ends. Where nobody can tell how many blocks
 * training takes, it continues until the log takes no more.
 *
 * <p>A new stage continues where the token block log ends. Shards for evaluation are never trained
 * on; each is packed by itself, and its last partial context is dropped.
 */
public final class TokenizerStage {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final String NOT_HELD_OUT =
            "shard for evaluation not used: the run holds out the first contexts of its stream:"
                    + " expected=evaluation.source shards, found=stream";

    private final RunSpec spec;
    private final ShardTokens shards;
    private final DatasetLog dataset;
    private final TokenBlockLog blocks;
    private final ObjectStore store;
    private final ProgressLog progress;
    private final StopSignal stop;
    private DatasetTally trainingTally;
    private DatasetTally evaluationTally;
    private TrainingStream training;
    private HeldOutContexts heldOut;

    /** Creates the stage of one run; {@code store} takes the held-out contexts. */
    public TokenizerStage(
            RunSpec spec,
            ShardTokens shards,
            DatasetLog dataset,
            TokenBlockLog blocks,
            ObjectStore store,
            ProgressLog progress,
            StopSignal stop) {
        this.spec = requireNonNull(spec, "spec is null");
        this.shards = requireNonNull(shards, "shards is null");
        this.dataset = requireNonNull(dataset, "dataset is null");
        this.blocks = requireNonNull(blocks, "blocks is null");
        this.store = requireNonNull(store, "store is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.stop = requireNonNull(stop, "stop is null");
    }

    /**
     * Works until all is done.
     *
     * @throws RunFailedException when the run cannot be tokenized
     * @throws RunTrainedException when the log takes no more blocks
     * @throws StopSignal.StoppedException when the signal was given
     */
    public void run() {
        resume();
        try {
            while (!training.hasEnded() || !heldOut.isComplete()) {
                stop.check();
                dataset.poll(POLL).ifPresentOrElse(this::take, this::say);
            }
        } catch (RunTrainedException e) {
            trainingTally.store();
            throw e;
        }
        finish();
    }

    private void resume() {
        Optional<TokenBlock> last = blocks.last();
        DatasetPosition from = last.map(TokenBlock::next).orElse(DatasetPosition.START);
        heldOut = HeldOutContexts.resume(store, spec, from);
        boolean ended = last.map(TokenBlock::endsStream).orElse(false);
        trainingTally = tally(Split.TRAINING, ended ? Long.MAX_VALUE : from.shardOffset());
        evaluationTally = tally(Split.EVALUATION, from.shardOffset());
        training =
                new TrainingStream(
                        spec,
                        shards.packing(),
                        last,
                        blocks,
                        heldOut,
                        progress,
                        trainingTally::store);
        progress.resume(training.blocks(), heldOut.contexts(), this::account);
        dataset.readFrom(from);
        training.endIfWhole();
    }

    private DatasetTally tally(Split split, long from) {
        return new DatasetTally(new DatasetAccounts(store), spec.run(), split, from);
    }

    private DatasetAccount account() {
        return trainingTally.account().plus(evaluationTally.account());
    }

    private void take(DatasetEntry entry) {
        switch (entry.message()) {
            case DatasetEnd end -> end(entry.offset());
            case DatasetShard shard -> {
                switch (shard.split()) {
                    case TRAINING -> train(entry, shard);
                    case EVALUATION -> holdOut(entry, shard);
                }
            }
        }
    }

    private void train(DatasetEntry entry, DatasetShard shard) {
        if (training.hasEnded()) {
            return;
        }
        nameForLineage(entry.offset(), shard);
        heldOut.shard(entry.offset(), shard.uri());
        ShardTally tally = trainingTally.begin(entry.offset(), shard.uri());
        shards.read(
                entry,
                shard.uri(),
                training.from(),
                tally,
                part -> {
                    stop.check();
                    return training.add(entry.offset(), part, tally);
                });
        heldOut.endShard(entry.offset());
        trainingTally.store();
    }

    /** Before its first token: whoever trains on the shard finds it named for the lineage. */
    private void nameForLineage(long offset, DatasetShard shard) {
        String key = ObjectKeys.datasetShard(spec.run(), offset);
        if (store.stat(key).isEmpty()) {
            store.put(key, shard.toJson());
        }
    }

    private void holdOut(DatasetEntry entry, DatasetShard shard) {
        if (spec.evaluation().source() == Source.STREAM) {
            ShardTally tally = evaluationTally.begin(entry.offset(), shard.uri());
            shards.reject(entry, shard.uri(), tally, NOT_HELD_OUT);
            evaluationTally.store();
            return;
        }
        if (heldOut.isFull()) {
            return;
        }
        heldOut.shard(entry.offset(), shard.uri());
        ContextPacker packer = new ContextPacker(shards.packing(), DatasetPosition.START);
        ShardTally tally = evaluationTally.begin(entry.offset(), shard.uri());
        shards.read(
                entry,
                shard.uri(),
                DatasetPosition.START,
                tally,
                part -> {
                    stop.check();
                    long dropped = packer.add(entry.offset(), part, this::holdOut);
                    if (!heldOut.isFull()) {
                        tally.drop(dropped);
                    }
                    return !heldOut.isFull();
                });
        heldOut.endShard(entry.offset());
        evaluationTally.store();
    }

    private void holdOut(PackedContext context) {
        if (!heldOut.isFull()) {
            if (heldOut.wantsOneMore()) {
                // Once the set is complete, this shard is not read again.
                evaluationTally.store();
            }
            heldOut.add(context);
            progress.heldOut(heldOut.contexts());
        }
    }

    /** The held-out set is complete before the stream ends: who sees the end finds the set. */
    private void end(long offset) {
        if (!heldOut.isComplete()) {
            heldOut.complete(offset);
        }
        training.endWithDataset();
    }

    private void say() {
        if (!training.hasEnded()) {
            blocks.checkWanted();
        }
        progress.waiting(
                training.hasEnded()
                        ? "waits for shards for evaluation: expected=%d, found=%d"
                                .formatted(spec.heldOutContexts(), heldOut.contexts())
                        : "waits for dataset shards");
    }

    private void finish() {
        if (training.blocks() == 0) {
            throw new RunFailedException(
                    "no token block: nothing usable before the dataset's end fills a context"
                            + " of training: contextLength=%d, heldOutContexts=%d"
                                    .formatted(spec.contextLength(), heldOut.contexts()));
        }
        progress.ended();
    }
}
