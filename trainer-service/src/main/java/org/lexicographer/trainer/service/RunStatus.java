package org.lexicographer.trainer.service;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.account.RunAccount;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;

/**
 * A run as its users see it.
 *
 * @param run the run's name
 * @param owner whose it is; empty where it is nobody's
 * @param state what it is doing as a whole
 * @param message why it ended, where there is a reason, or what memory it waits for
 * @param spec what was asked for
 * @param account what became of everything that it was given: what was used and what was left out
 * @param progress how far each part has come
 */
public record RunStatus(
        String run,
        Optional<String> owner,
        State state,
        Optional<String> message,
        RunSpec spec,
        RunAccount account,
        List<RunProgress> progress) {

    /** A run that has not ended waits if its training does so for memory, and else goes on. */
    static RunStatus of(
            RunSpec spec,
            Optional<String> owner,
            Optional<RunEnd> end,
            RunAccount account,
            List<RunProgress> progress) {
        Optional<RunProgress> waiting =
                progress.stream()
                        .filter(part -> end.isEmpty() && part.waitsForMemory())
                        .findFirst();
        return new RunStatus(
                spec.run(),
                owner,
                end.map(RunEnd::state).orElse(waiting.isPresent() ? State.WAITING : State.RUNNING),
                end.isPresent() ? end.get().message() : waiting.flatMap(RunProgress::message),
                spec,
                account,
                progress);
    }
}
