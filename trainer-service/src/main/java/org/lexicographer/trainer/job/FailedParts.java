package org.lexicographer.trainer.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;

/**
 * Failures of parts whose runs have not been ended yet. A later message about the run as a whole,
 * that it has ended or was resumed, settles them; so progress has to come in the order in which it
 * was published, and nothing may be {@link #take taken} before all of it was seen.
 */
public final class FailedParts {

    private final Map<String, RunFailure> unsettled = new LinkedHashMap<>();

    /** Takes note of what a part of a run, or the run itself, has said. */
    public void accept(RunProgress progress) {
        if (progress.part() instanceof WholeRun) {
            unsettled.remove(progress.run());
        } else {
            RunFailure.of(progress)
                    .ifPresent(failure -> unsettled.putIfAbsent(failure.run(), failure));
        }
    }

    /** Returns the failures that are not settled, one a run, and forgets them. */
    public List<RunFailure> take() {
        List<RunFailure> failures = List.copyOf(unsettled.values());
        unsettled.clear();
        return failures;
    }
}
