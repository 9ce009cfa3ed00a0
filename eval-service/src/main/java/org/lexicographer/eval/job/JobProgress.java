package org.lexicographer.eval.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.eval.stage.EvaluationOutput;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;

/** Announces how far evaluations are: while they run at most once in a while, their ends always. */
final class JobProgress {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String PART = "evaluation/";
    private static final String DONE = "contexts";
    private static final String ALL = "contextsTotal";

    private final EvaluationOutput output;
    private final InstantSource clock;
    private Instant next = Instant.MIN;

    JobProgress(EvaluationOutput output, InstantSource clock) {
        this.output = output;
        this.clock = clock;
    }

    void contextsDone(DictionaryId dictionary, int done, int all) {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(PAUSE);
        Map<String, Double> figures = Map.of(DONE, (double) done, ALL, (double) all);
        announce(dictionary, State.RUNNING, figures, Optional.empty());
    }

    void ended(DictionaryId dictionary, int contexts) {
        Map<String, Double> figures = Map.of(DONE, (double) contexts, ALL, (double) contexts);
        announce(dictionary, State.ENDED, figures, Optional.empty());
    }

    void changed(DictionaryId dictionary, State state, String message) {
        announce(dictionary, state, Map.of(), Optional.of(message));
    }

    private void announce(
            DictionaryId dictionary,
            State state,
            Map<String, Double> figures,
            Optional<String> message) {
        output.progress(
                new RunProgress(dictionary.run(), PART + dictionary, state, figures, message));
    }
}
