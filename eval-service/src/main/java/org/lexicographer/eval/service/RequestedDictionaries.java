package org.lexicographer.eval.service;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.store.CheckpointCatalogue;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.runtime.problem.ProblemException;

/** Finds the dictionaries that requests name; one that does not exist is answered with 404. */
public final class RequestedDictionaries {

    private final DictionaryStore dictionaries;
    private final CheckpointCatalogue catalogue;

    public RequestedDictionaries(RunStore runs, DictionaryStore dictionaries) {
        this.dictionaries = dictionaries;
        this.catalogue = new CheckpointCatalogue(runs, dictionaries);
    }

    /** Returns a dictionary of which a checkpoint was saved. */
    public SavedDictionary saved(DictionaryId id) {
        return dictionaries.find(id).orElseThrow(() -> unknown(id));
    }

    /** Returns the answer to a request for a dictionary of which no checkpoint was saved. */
    public static ProblemException unknown(DictionaryId id) {
        return ProblemException.notFound("no such dictionary: dictionary=" + id);
    }

    /** Returns all checkpoints of a dictionary, by step. */
    public List<DictionaryCheckpoint> checkpoints(DictionaryId id) {
        return catalogue.of(saved(id));
    }

    /** Returns the checkpoint of a dictionary after a step, or the last one. */
    public DictionaryCheckpoint checkpoint(DictionaryId id, Optional<Long> wanted) {
        SavedDictionary saved = saved(id);
        return catalogue.find(saved, step(saved, wanted)).orElseThrow();
    }

    /** Returns after which step a checkpoint is that was saved: the one asked for or the last. */
    public static long step(SavedDictionary saved, Optional<Long> wanted) {
        long step = wanted.orElse(saved.lastStep());
        if (!saved.steps().contains(step)) {
            throw ProblemException.notFound(
                    "no such checkpoint: dictionary=%s, step=%d, saved=%s"
                            .formatted(saved.id(), step, saved.steps()));
        }
        return step;
    }
}
