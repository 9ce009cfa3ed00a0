package org.lexicographer.eval.page.latent;

import java.util.Optional;
import org.lexicographer.eval.statistics.StatisticsProgress;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress.State;

/**
 * What is shown of latents that are not counted, or not yet.
 *
 * @param at which statistics were looked for
 * @param progress how far they are; empty when nobody has asked for them
 */
public record UnmadePage(StatisticsPlace at, Optional<StatisticsProgress> progress) {

    /** Tells whether they are being made. */
    public boolean isMoving() {
        return progress.filter(it -> it.state() != State.FAILED).isPresent();
    }

    /**
     * Tells whether they can be asked for here: of another text, the page does not have the text.
     */
    public boolean canBeAsked() {
        return !isMoving() && at.text().equals(Evaluation.HELD_OUT);
    }
}
