package org.lexicographer.eval.page;

import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * Two dictionaries side by side, each as it was last evaluated on held-out contexts.
 *
 * @param known all dictionaries there are
 * @param chosen those that are compared; empty before any are chosen
 * @param evaluations their evaluations; of one that is not evaluated there is none
 * @param overlaps how far each has the other's latents, where they were compared
 */
public record ComparePage(
        List<DictionaryId> known,
        List<DictionaryId> chosen,
        List<Evaluation> evaluations,
        List<Overlap> overlaps) {

    public ComparePage {
        overlaps = List.copyOf(overlaps);
        known = List.copyOf(known);
        chosen = List.copyOf(chosen);
        evaluations = List.copyOf(evaluations);
    }

    /** Returns the figures, a line per metric. */
    public List<MetricLine> metrics() {
        return MetricLine.of(evaluations);
    }

    /** Returns those that are not evaluated yet. */
    public List<DictionaryId> waiting() {
        return chosen.stream()
                .filter(id -> evaluations.stream().noneMatch(done -> done.dictionary().equals(id)))
                .toList();
    }

    /** Tells whether the figures are over different numbers of tokens, or of different runs. */
    public boolean isUnlike() {
        return Stream.of(
                                evaluations.stream().map(Evaluation::tokens),
                                chosen.stream().map(DictionaryId::run))
                        .mapToLong(values -> values.distinct().count())
                        .max()
                        .orElse(0)
                > 1;
    }

    /** Tells whether a dictionary is chosen at a place. */
    public boolean isChosen(int place, DictionaryId id) {
        return chosen.size() > place && chosen.get(place).equals(id);
    }
}
