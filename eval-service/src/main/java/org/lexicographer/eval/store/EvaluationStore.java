package org.lexicographer.eval.store;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.lexicographer.eval.recent.MostRecent;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * Keeps evaluations in the object store: one per dictionary, step and text. Those that were listed
 * last stay in memory by their entity tags, so that listing them again reads only what has changed.
 */
public final class EvaluationStore {

    private static final Comparator<Evaluation> ORDER =
            Comparator.comparingLong(Evaluation::step).thenComparing(Evaluation::text);

    /** Some 3 kB each. */
    private static final int KEPT = 4_096;

    private final ObjectStore store;
    private final Consumer<Evaluation> whenStored;
    private final MostRecent<ObjectStat, Evaluation> kept = MostRecent.ofCount(KEPT);

    public EvaluationStore(ObjectStore store) {
        this(store, evaluation -> {});
    }

    /**
     * Keeps evaluations in a store.
     *
     * @param whenStored is told of each that is stored here, before {@link #put} returns
     */
    public EvaluationStore(ObjectStore store, Consumer<Evaluation> whenStored) {
        this.store = store;
        this.whenStored = whenStored;
    }

    /** Stores an evaluation; an earlier one of the same dictionary, step and text is replaced. */
    public void put(Evaluation evaluation) {
        store.put(
                ObjectKeys.evaluation(
                        evaluation.dictionary(), evaluation.step(), evaluation.text()),
                Json.writePretty(evaluation));
        whenStored.accept(evaluation);
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
        try (Stream<ObjectStat> listed = store.list(ObjectKeys.evaluations(dictionary))) {
            return listed.filter(object -> object.key().endsWith(".json"))
                    .map(this::listed)
                    .sorted(ORDER)
                    .toList();
        }
    }

    private Evaluation listed(ObjectStat object) {
        return kept.find(object).orElseGet(() -> readListed(object));
    }

    /** What was replaced since it was listed is not what the tag of the list stands for. */
    private Evaluation readListed(ObjectStat object) {
        Evaluation read = read(object.key());
        if (store.stat(object.key()).filter(object::equals).isPresent()) {
            kept.put(object, read);
        }
        return read;
    }

    private Evaluation read(String key) {
        return Json.read(store.bytes(key), Evaluation.class);
    }
}
