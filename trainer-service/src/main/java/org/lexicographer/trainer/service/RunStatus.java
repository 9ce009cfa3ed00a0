package org.lexicographer.trainer.service;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.account.RunAccount;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * A run as its users see it.
 *
 * @param run the run's name
 * @param owner whose it is; empty where it is nobody's
 * @param state what it is doing as a whole
 * @param message why it ended, where there is a reason
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
        List<RunProgress> progress) {}
