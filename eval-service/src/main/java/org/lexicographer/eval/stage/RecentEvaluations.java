package org.lexicographer.eval.stage;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.recent.RecentLookups;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * The evaluations of dictionaries, for many who ask at once. The store is asked at most once a
 * second for each dictionary. What another replica has stored or removed is seen after a second at
 * the latest; what this one has stored, at once.
 */
public final class RecentEvaluations {

    /** Evaluations are made minutes apart, and whoever waits for one asks again anyway. */
    private static final Duration LASTS = Duration.ofSeconds(1);

    /** Some 3 kB each. */
    private static final int MOST_EVALUATIONS = 4_096;

    private final RecentLookups<DictionaryId, List<Evaluation>> lookups;

    public RecentEvaluations(
            DictionaryStore dictionaries, EvaluationStore evaluations, InstantSource clock) {
        lookups =
                new RecentLookups<>(
                        id -> dictionaries.find(id).map(found -> evaluations.of(found.id())),
                        LASTS,
                        clock,
                        MOST_EVALUATIONS,
                        all -> 1L + all.size());
    }

    /**
     * Returns all evaluations of a dictionary, by step and text; empty when no checkpoint of it was
     * saved.
     */
    public Optional<List<Evaluation>> of(DictionaryId dictionary) {
        return lookups.find(dictionary);
    }

    /** Takes note that an evaluation was stored. */
    public void stored(Evaluation evaluation) {
        lookups.forget(evaluation.dictionary());
    }
}
