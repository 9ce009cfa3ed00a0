package org.lexicographer.trainer.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;
import org.lexicographer.pipeline.stored.LostBlocks;

/**
 * Why a run cannot continue.
 *
 * @param run the run
 * @param reason what a person should know: which part failed, and what it found
 * @param lost which blocks have to be made again before the run can continue, if any
 */
public record RunFailure(String run, String reason, Optional<LostBlocks> lost) {

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
    public static Optional<RunFailure> of(RunProgress said) {
        if (said.state() != State.FAILED) {
            return Optional.empty();
        }
        return switch (said.part()) {
            case WholeRun whole -> Optional.empty();
            case EvaluationProgress evaluation -> Optional.empty();
            case TokenizerProgress tokenizer -> failed(said, LostBlocks.TOKEN_BLOCKS);
            case ExtractionProgress extraction -> failed(said, read(extraction));
            case TrainingProgress training -> failed(said, LostBlocks.ACTIVATION_BLOCKS);
        };
    }

    /** What lies between stages is made again as activation blocks are: from token blocks. */
    private static LostBlocks read(ExtractionProgress extraction) {
        return extraction.stage() == 0 ? LostBlocks.TOKEN_BLOCKS : LostBlocks.ACTIVATION_BLOCKS;
    }

    /** A part that fails because of a block has lost what it reads. */
    private static Optional<RunFailure> failed(RunProgress said, LostBlocks read) {
        String reason = said.part().part() + ": " + said.message().orElse("no reason given");
        return Optional.of(
                new RunFailure(
                        said.run(),
                        reason,
                        said.lostBlock().isPresent() ? Optional.of(read) : Optional.empty()));
    }
}
