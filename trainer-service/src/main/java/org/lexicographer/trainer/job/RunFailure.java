package org.lexicographer.trainer.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;

/**
 * Why a run cannot go on.
 *
 * @param run the run
 * @param reason what a person should know: which part failed, and what it found
 * @param lost which blocks have to be made again before the run can go on, if any
 */
public record RunFailure(String run, String reason, Optional<LostBlocks> lost) {

    /** Checks that nothing is absent. */
    public RunFailure {
        requireNonNull(run, "run is null");
        requireNonNull(reason, "reason is null");
        requireNonNull(lost, "lost is null");
    }

    /**
     * Returns the failure of the run that a part's failure means; empty when the part has not
     * failed, or can fail without harm: a dictionary that cannot be evaluated is no reason to stop
     * training.
     */
    public static Optional<RunFailure> of(RunProgress part) {
        if (part.state() != State.FAILED
                || part.part().equals(RunProgress.RUN)
                || part.part().startsWith("evaluation/")) {
            return Optional.empty();
        }
        String reason = part.part() + ": " + part.message().orElse("no reason given");
        return Optional.of(new RunFailure(part.run(), reason, lost(part)));
    }

    /** A trainer loses what it reads, and so do the others. */
    private static Optional<LostBlocks> lost(RunProgress part) {
        if (!part.figures().containsKey(RunProgress.LOST_BLOCK)) {
            return Optional.empty();
        }
        return Optional.of(
                part.part().startsWith("trainer/")
                        ? LostBlocks.ACTIVATION_BLOCKS
                        : LostBlocks.TOKEN_BLOCKS);
    }
}
