package org.lexicographer.tokenizer.job;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.DatasetMix;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.StoredDatasetEnd;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.tokenizer.job.JobState.Failed;
import org.lexicographer.tokenizer.job.JobState.Tokenized;
import org.lexicographer.tokenizer.job.JobState.Working;

/**
 * Tells which messages about a dataset come too late to be used. The log decides: of two messages,
 * the one with the lower offset counts. Before a message has an offset, what is known is enough to
 * refuse it, and never enough to promise that it will be used.
 */
public final class DatasetGate {

    private static final String TOKENIZED =
            "run needs no more of its dataset: training has all its token blocks, and the held-out"
                    + " set all its contexts";

    private final ObjectStore store;
    private final TokenizerJobs jobs;

    public DatasetGate(ObjectStore store, TokenizerJobs jobs) {
        this.store = requireNonNull(store, "store is null");
        this.jobs = requireNonNull(jobs, "jobs is null");
    }

    /** Returns why a message should not be published; empty when nothing is known against it. */
    public Optional<String> refusal(DatasetMessage message) {
        String run = message.run();
        return refusingState(message)
                .map(DatasetGate::hasEnded)
                .or(() -> endOf(message).map(DatasetGate::hasEnded))
                .or(() -> jobs.state(run).flatMap(DatasetGate::refusalOfDoneJob))
                .or(() -> isCompletedSplit(message) ? heldOutComplete() : Optional.empty());
    }

    /**
     * Takes note of a message in the log, and returns why it is not used; empty when it is, or was.
     * Does the same for the same message each time.
     */
    public Optional<String> lateness(DatasetMessage message, long offset) {
        return switch (message) {
            case DatasetEnd end -> lateness(end, offset);
            case DatasetShard shard -> {
                Optional<String> reason = lateness(shard, offset);
                reason.ifPresent(why -> account(shard, offset, why));
                yield reason;
            }
        };
    }

    private void account(DatasetShard shard, long offset, String reason) {
        new DatasetAccounts(store)
                .refuse(
                        shard.run(),
                        new LeftOutReason(offset, shard.uri(), Optional.empty(), reason));
    }

    private Optional<String> lateness(DatasetEnd end, long offset) {
        Optional<StoredDatasetEnd> first = endOf(end);
        if (first.isPresent() && first.get().offset() < offset) {
            return first.map(DatasetGate::hasEnded);
        }
        if (first.isEmpty() || first.get().offset() > offset) {
            String key =
                    end.dataset()
                            .map(name -> ObjectKeys.datasetEnd(end.run(), name))
                            .orElse(ObjectKeys.datasetEnd(end.run()));
            store.put(key, new StoredDatasetEnd(offset).toJson());
        }
        return Optional.empty();
    }

    private Optional<String> lateness(DatasetShard shard, long offset) {
        Optional<StoredDatasetEnd> end = endOf(shard);
        if (end.isPresent() && end.get().offset() < offset) {
            return end.map(DatasetGate::hasEnded);
        }
        if (jobs.state(shard.run()).orElse(null) instanceof Tokenized(long datasetEnd)
                && offset >= datasetEnd) {
            return Optional.of(TOKENIZED);
        }
        // A run that has failed may be resumed, and has to come to what it would have come to: what
        // is in the log by then is read when it goes on.
        return refusingState(shard)
                .filter(state -> state != State.FAILED)
                .map(DatasetGate::hasEnded)
                .filter(reason -> !wasUsed(shard, offset));
    }

    /** A message that comes in once more after a crash may have been used before the run ended. */
    private boolean wasUsed(DatasetShard shard, long offset) {
        String key =
                switch (shard.split()) {
                    case TRAINING -> ObjectKeys.datasetShard(shard.run(), offset);
                    case EVALUATION -> ObjectKeys.heldOutContexts(shard.run(), offset);
                };
        return store.stat(key).isPresent();
    }

    /** A run that has been trained may still lack held-out contexts. */
    private Optional<State> refusingState(DatasetMessage message) {
        return new StoredEnds(store)
                .state(message.run())
                .filter(state -> state != State.ENDED || !isWantedAfterTraining(message));
    }

    private static String hasEnded(State state) {
        return "run has ended: state=" + state;
    }

    private boolean isWantedAfterTraining(DatasetMessage message) {
        boolean training = message instanceof DatasetShard shard && shard.split() == Split.TRAINING;
        return !training && !isHeldOutComplete(message.run());
    }

    private boolean isCompletedSplit(DatasetMessage message) {
        return message instanceof DatasetShard shard
                && shard.split() == Split.EVALUATION
                && isHeldOutComplete(message.run());
    }

    private static Optional<String> heldOutComplete() {
        return Optional.of("run needs no more shards for evaluation: its held-out set is complete");
    }

    private boolean isHeldOutComplete(String run) {
        return store.stat(ObjectKeys.heldOutComplete(run)).isPresent();
    }

    private static Optional<String> refusalOfDoneJob(JobState state) {
        return switch (state) {
            case Working working -> Optional.empty();
            case Tokenized tokenized -> Optional.of(TOKENIZED);
            case Failed(String reason) -> Optional.of("run cannot be tokenized: reason=" + reason);
        };
    }

    /** Returns the first of the messages that end what a message is about. */
    private Optional<StoredDatasetEnd> endOf(DatasetMessage message) {
        String run = message.run();
        Stream<StoredDatasetEnd> ofAll = stored(ObjectKeys.datasetEnd(run)).stream();
        Stream<StoredDatasetEnd> ofNamed =
                message
                        .dataset()
                        .flatMap(name -> stored(ObjectKeys.datasetEnd(run, name)))
                        .stream();
        return Stream.of(ofAll, ofNamed, endOfMix(run).stream())
                .flatMap(ends -> ends)
                .min(Comparator.comparingLong(StoredDatasetEnd::offset));
    }

    /** A run whose datasets have all ended, one by one, takes nothing more. */
    private Optional<StoredDatasetEnd> endOfMix(String run) {
        List<String> names =
                jobs.spec(run).flatMap(RunSpec::datasets).map(DatasetMix::names).orElse(List.of());
        List<StoredDatasetEnd> ends =
                names.stream()
                        .flatMap(name -> stored(ObjectKeys.datasetEnd(run, name)).stream())
                        .toList();
        return ends.size() < names.size()
                ? Optional.empty()
                : ends.stream().max(Comparator.comparingLong(StoredDatasetEnd::offset));
    }

    private Optional<StoredDatasetEnd> stored(String key) {
        try {
            return Optional.of(StoredDatasetEnd.read(store.bytes(key)));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    private static String hasEnded(StoredDatasetEnd end) {
        return "dataset has ended: endOffset=" + end.offset();
    }
}
