package org.lexicographer.eval.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.eval.stage.EvaluationOutput;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;

/** Announces how far evaluations are: while one runs at most once in a while, its end always. */
final class JobProgress {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final EvaluationOutput output;
    private final InstantSource clock;
    private final Map<DictionaryId, Instant> next = new HashMap<>();

    JobProgress(EvaluationOutput output, InstantSource clock) {
        this.output = output;
        this.clock = clock;
    }

    void contextsDone(DictionaryId dictionary, int done, int all) {
        Instant now = clock.instant();
        if (now.isBefore(next.getOrDefault(dictionary, Instant.MIN))) {
            return;
        }
        next.put(dictionary, now.plus(PAUSE));
        announce(dictionary, State.RUNNING, done, all, Optional.empty());
    }

    void ended(DictionaryId dictionary, int contexts) {
        next.remove(dictionary);
        announce(dictionary, State.ENDED, contexts, contexts, Optional.empty());
    }

    void changed(DictionaryId dictionary, State state, String message) {
        next.remove(dictionary);
        announce(dictionary, state, 0, 0, Optional.of(message));
    }

    private void announce(
            DictionaryId dictionary, State state, int done, int all, Optional<String> message) {
        EvaluationProgress part = new EvaluationProgress(dictionary, done, all);
        output.progress(new RunProgress(dictionary.run(), part, state, message));
    }
}
