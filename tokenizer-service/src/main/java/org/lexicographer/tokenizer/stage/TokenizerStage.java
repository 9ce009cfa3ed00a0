package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.MixedPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.shard.ShardTokens;
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
 * <p>Where the run mixes datasets, the shards of each are taken in order, and contexts by turns:
 * the one that is due is waited for, whatever has come of the others, until it has ended. So the
 * stream does not depend on the order in which shards of different datasets are published.
 *
 * <p>A new stage continues where the token block log ends.
 */
public final class TokenizerStage {

    private final RunSpec spec;
    private final ShardTokens shards;
    private final DatasetLog dataset;
    private final TokenBlockLog blocks;
    private final ObjectStore store;
    private final ProgressLog progress;
    private final StopSignal stop;
    private TrainingStream training;
    private HeldOutContexts heldOut;
    private EvaluationShards evaluation;

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
        Optional<TokenBlock> last = blocks.last();
        heldOut = HeldOutContexts.resume(store, spec, last);
        try (Datasets datasets = new Datasets(spec, last, stream(last))) {
            resume(last, datasets);
            DatasetPosition from = last.map(TokenBlock::next).orElse(DatasetPosition.START);
            DatasetInbox inbox = new DatasetInbox(dataset, from, it -> notice(it, datasets));
            training.endIfWhole();
            work(datasets, inbox);
        }
        finish();
    }

    private void work(Datasets datasets, DatasetInbox inbox) {
        try {
            while (!training.hasEnded() || !heldOut.isComplete()) {
                stop.check();
                goOn(datasets, inbox);
            }
        } catch (RunTrainedException e) {
            datasets.storeAccounts();
            throw e;
        }
    }

    private BiFunction<Optional<String>, MixedPosition, DatasetStream> stream(
            Optional<TokenBlock> last) {
        boolean hasEnded = last.map(TokenBlock::endsStream).orElse(false);
        return (name, from) ->
                new DatasetStream(
                        shards,
                        tally(
                                DatasetAccounts.part(Split.TRAINING, name),
                                hasEnded || from.hasEnded()
                                        ? Long.MAX_VALUE
                                        : from.next().shardOffset()),
                        offset -> endShard(name, offset),
                        from.next(),
                        stop);
    }

    private DatasetTally tally(String part, long from) {
        return new DatasetTally(new DatasetAccounts(store), spec.run(), part, from);
    }

    /** Where datasets are mixed, held-out contexts of one lie between those of others. */
    private void endShard(Optional<String> dataset, long offset) {
        if (dataset.isEmpty()) {
            heldOut.endShard(offset);
        }
    }

    private void resume(Optional<TokenBlock> last, Datasets datasets) {
        long from = last.map(block -> block.next().shardOffset()).orElse(0L);
        evaluation =
                new EvaluationShards(
                        spec.evaluation().source(),
                        shards,
                        tally(DatasetAccounts.part(Split.EVALUATION, Optional.empty()), from),
                        heldOut,
                        progress,
                        stop);
        training = new TrainingStream(spec, last, blocks, heldOut, progress, datasets);
        progress.resume(
                training.blocks(),
                heldOut.contexts(),
                () -> datasets.account().plus(evaluation.account()),
                datasets::contextsOf);
    }

    /** Takes one context, or one message where a shard is needed for it. */
    private void goOn(Datasets datasets, DatasetInbox inbox) {
        if (training.hasEnded()) {
            datasets.inputEnd()
                    .ifPresentOrElse(this::end, () -> say(inbox.next(), Optional.empty()));
            return;
        }
        OptionalInt due = datasets.due();
        if (due.isEmpty()) {
            end(datasets.inputEnd().orElseThrow());
            return;
        }
        int dataset = due.getAsInt();
        datasets.take(dataset)
                .ifPresentOrElse(
                        context -> train(context, datasets), () -> read(dataset, datasets, inbox));
    }

    private void train(PackedContext context, Datasets datasets) {
        training.add(context);
        if (training.hasEnded()) {
            datasets.finish();
        }
    }

    private void read(int dataset, Datasets datasets, DatasetInbox inbox) {
        Optional<DatasetEntry> entry = inbox.next(datasets.stream(dataset));
        say(entry, datasets.name(dataset));
        entry.filter(it -> datasets.concerns(dataset, it.message()))
                .ifPresent(
                        it -> {
                            switch (it.message()) {
                                case DatasetEnd end -> datasets.end(dataset);
                                case DatasetShard shard -> {
                                    if (shard.split() == Split.TRAINING) {
                                        open(it, shard, datasets.stream(dataset));
                                    }
                                }
                            }
                        });
    }

    private void open(DatasetEntry entry, DatasetShard shard, DatasetStream stream) {
        nameForLineage(entry.offset(), shard);
        heldOut.shard(entry.offset(), shard.uri());
        stream.open(entry, shard);
    }

    /** Before its first token: whoever trains on the shard finds it named for the lineage. */
    private void nameForLineage(long offset, DatasetShard shard) {
        String key = ObjectKeys.datasetShard(spec.run(), offset);
        if (store.stat(key).isEmpty()) {
            store.put(key, shard.toJson());
        }
    }

    /** Takes note of what concerns the run as a whole, whichever dataset is read on. */
    private void notice(DatasetEntry entry, Datasets datasets) {
        Optional<FieldError> fault = entry.message().datasetFault(spec);
        if (fault.isPresent()) {
            refuse(entry, "not used: dataset " + fault.get().message());
            return;
        }
        switch (entry.message()) {
            case DatasetEnd end -> datasets.announceEnd(end, entry.offset());
            case DatasetShard shard -> {
                if (shard.split() == Split.EVALUATION) {
                    evaluation.take(entry, shard);
                }
            }
        }
    }

    private void refuse(DatasetEntry entry, String reason) {
        switch (entry.message()) {
            case DatasetEnd end -> shards.reject(entry, reason);
            case DatasetShard shard -> {
                shards.reject(entry, shard.uri(), reason);
                LeftOutReason leftOut =
                        new LeftOutReason(entry.offset(), shard.uri(), Optional.empty(), reason);
                new DatasetAccounts(store).refuse(spec.run(), leftOut);
            }
        }
    }

    /** The held-out set is complete before the stream ends: who sees the end finds the set. */
    private void end(long offset) {
        if (!heldOut.isComplete()) {
            heldOut.complete(offset);
        }
        training.endWithDataset();
    }

    /** Says what is waited for when no message came. */
    private void say(Optional<DatasetEntry> found, Optional<String> dataset) {
        if (found.isPresent()) {
            return;
        }
        if (training.hasEnded()) {
            progress.waiting(
                    "waits for shards for evaluation: expected=%d, found=%d"
                            .formatted(spec.heldOutContexts(), heldOut.contexts()));
        } else {
            blocks.checkWanted();
            progress.waiting(
                    "waits for dataset shards"
                            + dataset.map(name -> ": dataset=" + name).orElse(""));
        }
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
