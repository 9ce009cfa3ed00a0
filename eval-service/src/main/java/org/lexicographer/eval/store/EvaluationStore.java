package org.lexicographer.eval.store;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.Evaluation;

/** Keeps evaluations in the object store: one per dictionary, step and text. */
public final class EvaluationStore {

    private static final Comparator<Evaluation> ORDER =
            Comparator.comparingLong(Evaluation::step).thenComparing(Evaluation::text);

    private final ObjectStore store;

    public EvaluationStore(ObjectStore store) {
        this.store = store;
    }

    /** Stores an evaluation; an earlier one of the same dictionary, step and text is replaced. */
    public void put(Evaluation evaluation) {
        store.put(
                ObjectKeys.evaluation(
                        evaluation.dictionary(), evaluation.step(), evaluation.text()),
                Json.writePretty(evaluation));
    }

    /** Returns the evaluation of a dictionary after a step on a text, if there is one. */
    public Optional<Evaluation> find(DictionaryId dictionary, long step, String text) {
        try {
            return Optional.of(read(ObjectKeys.evaluation(dictionary, step, text)));
        } catch (ObjectNotFoundException absent) {
            return Optional.empty();
        }
    }

    /**
     * Returns all evaluations of a dictionary, by step and text. What was the last one of its run
     * until the run went on is not the last one any more.
     */
    public List<Evaluation> of(DictionaryId dictionary) {
        List<Evaluation> all = stored(dictionary);
        long last =
                all.stream()
                        .filter(Evaluation::isFinal)
                        .mapToLong(Evaluation::step)
                        .max()
                        .orElse(Long.MAX_VALUE);
        return all.stream().map(it -> it.step() < last ? earlier(it) : it).toList();
    }

    private static Evaluation earlier(Evaluation of) {
        return new Evaluation(
                of.dictionary(),
                of.step(),
                false,
                of.text(),
                of.contexts(),
                of.tokens(),
                of.metrics());
    }

    private List<Evaluation> stored(DictionaryId dictionary) {
        return store.list(ObjectKeys.evaluations(dictionary))
                .map(ObjectStat::key)
                .filter(key -> key.endsWith(".json"))
                .map(this::read)
                .sorted(ORDER)
                .toList();
    }

    private Evaluation read(String key) {
        return Json.read(store.bytes(key), Evaluation.class);
    }
}
