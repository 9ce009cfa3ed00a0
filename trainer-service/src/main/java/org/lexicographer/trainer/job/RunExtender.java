package org.lexicographer.trainer.job;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.LongerRun;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.RunExtension;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.Continuation;
import org.lexicographer.trainer.checkpoint.Continuations;

/**
 * Prepares runs that have ended for more steps. Preparing a run once more, or by several at a time,
 * comes to the same; until its spec has the steps, the run has ended as before.
 */
public final class RunExtender {

    private final ObjectStore objects;
    private final RunEnds ends;
    private final RunExtensions extensions;
    private final Continuations continuations;

    public RunExtender(ObjectStore objects, RunEnds ends) {
        this.objects = requireNonNull(objects, "objects is null");
        this.ends = requireNonNull(ends, "ends is null");
        this.extensions = new RunExtensions(objects);
        this.continuations = new Continuations(objects);
    }

    /**
     * Records that a run is to have more steps, and from where its stream goes on.
     *
     * @return the run with these steps, as which it can be admitted from now on
     * @throws org.lexicographer.pipeline.InvalidFieldsException naming every field because of which
     *     the longer run would have been another from its start
     * @throws NotExtendableException when the run has not ended, leaves nothing to go on from, or
     *     is extended to other steps
     * @throws IllegalStateException when extraction of the shorter run does not stop in time
     */
    public RunSpec prepare(RunSpec spec, int steps) {
        RunSpec longer = LongerRun.of(spec, steps);
        checkEnded(spec);
        // Taken before anybody can have made new ones, these are topics of the shorter run.
        Set<Uuid> left = ends.topics(spec);
        Optional<RunExtension> begun = extensions.beginningAt(spec);
        RunExtension extension = begun.orElseGet(() -> begin(spec, steps, left));
        if (extension.to() != steps) {
            throw new NotExtendableException(
                    "run is extended already: run=%s, from=%d, to=%d"
                            .formatted(spec.run(), extension.from(), extension.to()));
        }
        return longer;
    }

    private RunExtension begin(RunSpec spec, int steps, Set<Uuid> left) {
        checkKept(spec, continuations.removal(spec));
        Continuation first = first(spec);
        // From now on it is not removed any more.
        checkKept(spec, continuations.leaveToExtension(spec));
        ends.clear(spec, left);
        return extensions.begin(
                spec.run(),
                new RunExtension(spec.training().steps(), steps, first.nextSequence()),
                objects.bytes(first.lastBlock().key()));
    }

    private static void checkKept(RunSpec spec, Optional<Removal> removal) {
        removal.ifPresent(
                removed -> {
                    throw new NotExtendableException(
                            "no checkpoint to go on from: run=%s, reason=removed by"
                                            .formatted(spec.run())
                                    + " trainer.checkpoint-retention, at="
                                    + removed.at());
                });
    }

    private void checkEnded(RunSpec spec) {
        Optional<State> end = ends.find(spec.run()).map(RunEnd::state);
        if (!end.equals(Optional.of(State.ENDED))) {
            throw new NotExtendableException(
                    "run has not ended: expected=ENDED, found=%s, run=%s"
                            .formatted(end.orElse(State.RUNNING), spec.run()));
        }
    }

    /** Returns what the job goes on from that needs the first block. */
    private Continuation first(RunSpec spec) {
        return spec.sites().stream()
                .flatMap(site -> continuation(spec, site).stream())
                .min(Comparator.comparingLong(Continuation::nextSequence))
                .orElseThrow(
                        () ->
                                new NotExtendableException(
                                        "every dictionary was stopped before the last step: run="
                                                + spec.run()));
    }

    /** Empty for a site at which no dictionary is trained any more. */
    private Optional<Continuation> continuation(RunSpec spec, Site site) {
        CheckpointManifest job = CheckpointStore.peek(objects, spec.run(), site);
        if (job.continuation().isEmpty() && job.stops().size() == spec.recipesAt(site).size()) {
            return Optional.empty();
        }
        checkTrained(spec, site, job);
        Continuation kept =
                job.continuation()
                        .filter(it -> it.steps() == spec.training().steps())
                        .orElseThrow(() -> nothingLeft(spec, site, "none was kept"));
        Checkpoint state = kept.checkpoint();
        for (StoredObject part :
                List.of(state.buffer().object(), state.recipes(), kept.lastBlock())) {
            objects.stat(part.key())
                    .filter(stored -> stored.size() == part.size())
                    .orElseThrow(() -> nothingLeft(spec, site, "object gone, key=" + part.key()));
        }
        return Optional.of(kept);
    }

    private static void checkTrained(RunSpec spec, Site site, CheckpointManifest job) {
        long expected = (long) spec.training().steps() * spec.training().batchSize();
        long taken = job.rows().map(RowAccount::trained).orElse(expected);
        // Where everything was stopped, the job ended before the dataset did.
        boolean trains = job.stops().size() < spec.recipesAt(site).size();
        if (taken < expected && trains) {
            throw new NotExtendableException(
                    "dataset ended before the last step: steps=%d, taken=%d, site=%s, run=%s"
                            .formatted(
                                    spec.training().steps(),
                                    taken / spec.training().batchSize(),
                                    site,
                                    spec.run()));
        }
    }

    private static NotExtendableException nothingLeft(RunSpec spec, Site site, String why) {
        return new NotExtendableException(
                "no checkpoint to go on from: site=%s, run=%s, reason=%s"
                        .formatted(site, spec.run(), why));
    }

    /** Thrown when a run cannot go on with more steps, whoever asks. */
    public static final class NotExtendableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** Creates the exception with the rule, then expected and found values. */
        public NotExtendableException(String message) {
            super(message);
        }
    }
}
