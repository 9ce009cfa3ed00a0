package org.lexicographer.eval.page;

import java.util.Comparator;
import java.util.List;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * A dictionary after some step.
 *
 * @param id run, site and recipe
 * @param config what it is and where it comes from
 * @param checkpoint the checkpoint that is shown
 * @param steps the steps after which it was saved
 * @param evaluations what is known of the checkpoint, the held-out contexts first
 */
public record DictionaryPage(
        DictionaryId id,
        DictionaryConfig config,
        DictionaryCheckpoint checkpoint,
        List<Long> steps,
        List<Evaluation> evaluations) {

    public DictionaryPage {
        steps = List.copyOf(steps);
        long shown = checkpoint.step();
        evaluations =
                evaluations.stream()
                        .filter(evaluation -> evaluation.step() == shown)
                        .sorted(
                                Comparator.comparing(
                                        evaluation ->
                                                !evaluation.text().equals(Evaluation.HELD_OUT)))
                        .toList();
    }

    /** Returns the figures, a line per metric and a value per evaluation. */
    public List<MetricLine> metrics() {
        return MetricLine.of(evaluations);
    }
}
