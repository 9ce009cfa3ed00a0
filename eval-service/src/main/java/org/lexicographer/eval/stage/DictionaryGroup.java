package org.lexicographer.eval.stage;

import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.Evaluator;
import org.lexicographer.eval.evaluator.Outcome;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.statistics.kept.LatentKeeper;
import org.lexicographer.eval.store.DictionaryFiles;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.languagemodel.NotFiniteException;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation.Metric;

/**
 * Checkpoints that are measured on the same contexts of the same language model, as many at a time
 * as memory is meant for.
 */
final class DictionaryGroup {

    private final DictionaryStore dictionaries;
    private final List<DictionaryCheckpoint> checkpoints;
    private final long memory;

    /**
     * Groups checkpoints.
     *
     * @param memory how many bytes weights and what else a dictionary takes are at a time; at least
     *     one dictionary is loaded, and none is after those that came to so many
     */
    DictionaryGroup(
            DictionaryStore dictionaries, List<DictionaryCheckpoint> checkpoints, long memory) {
        this.dictionaries = dictionaries;
        this.checkpoints = checkpoints;
        this.memory = memory;
    }

    /**
     * Measures all of them.
     *
     * @param scope on the language model's device
     * @param keeper keeps what latents of final checkpoints do; empty where nobody wants that
     * @return of each checkpoint the figures or why there are none
     */
    Map<DictionaryCheckpoint, Outcome<List<Metric>>> measure(
            Evaluator evaluator,
            NDManager scope,
            Contexts contexts,
            EvaluationProgress progress,
            Optional<LatentKeeper.OnText> keeper) {
        Map<DictionaryCheckpoint, Outcome<List<Metric>>> outcomes = new HashMap<>();
        Iterator<DictionaryCheckpoint> left = checkpoints.iterator();
        long endBytes = evaluator.endBytes(contexts.contextLength());
        while (left.hasNext()) {
            try (NDManager partScope = scope.newSubManager()) {
                Map<DictionaryCheckpoint, SplicedDictionary> part =
                        load(left, partScope, endBytes, outcomes);
                try (GroupWatch watch = new GroupWatch(part, contexts.count(), progress, keeper)) {
                    measure(evaluator, part, contexts, watch, outcomes);
                }
            }
        }
        return outcomes;
    }

    private Map<DictionaryCheckpoint, SplicedDictionary> load(
            Iterator<DictionaryCheckpoint> left,
            NDManager scope,
            long endBytes,
            Map<DictionaryCheckpoint, Outcome<List<Metric>>> outcomes) {
        Map<DictionaryCheckpoint, SplicedDictionary> part = new LinkedHashMap<>();
        long bytes = 0;
        while (left.hasNext() && bytes < memory) {
            DictionaryCheckpoint checkpoint = left.next();
            switch (Outcome.of(() -> load(checkpoint, scope))) {
                case Outcome.Done<Loaded>(Loaded loaded) -> {
                    part.put(checkpoint, loaded.spliced());
                    bytes += loaded.weightBytes() + endBytes;
                }
                case Outcome.Failed<Loaded>(RuntimeException reason) ->
                        outcomes.put(checkpoint, new Outcome.Failed<>(reason));
            }
        }
        return part;
    }

    private record Loaded(SplicedDictionary spliced, long weightBytes) {}

    private Loaded load(DictionaryCheckpoint checkpoint, NDManager scope) {
        DictionaryFiles files = dictionaries.files(checkpoint.prefix());
        return new Loaded(files.splice(scope), files.weights().length);
    }

    private static void measure(
            Evaluator evaluator,
            Map<DictionaryCheckpoint, SplicedDictionary> part,
            Contexts contexts,
            GroupWatch watch,
            Map<DictionaryCheckpoint, Outcome<List<Metric>>> outcomes) {
        List<Outcome<List<Metric>>> measured =
                evaluator.evaluate(List.copyOf(part.values()), contexts, watch);
        Iterator<Outcome<List<Metric>>> each = measured.iterator();
        part.keySet()
                .forEach(checkpoint -> outcomes.put(checkpoint, named(checkpoint, each.next())));
    }

    private static Outcome<List<Metric>> named(
            DictionaryCheckpoint checkpoint, Outcome<List<Metric>> outcome) {
        if (outcome instanceof Outcome.Failed<List<Metric>>(NotFiniteException e)) {
            return new Outcome.Failed<>(
                    new UnusableInputException(
                            "evaluation is not finite: dictionary=%s, step=%d, reason=%s"
                                    .formatted(
                                            checkpoint.dictionary(),
                                            checkpoint.step(),
                                            e.getMessage()),
                            e));
        }
        return outcome;
    }
}
