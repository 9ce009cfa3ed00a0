package org.lexicographer.eval.store;

import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;

/** Rebuilds from the store what was announced about checkpoints. */
public final class CheckpointCatalogue {

    private final RunStore runs;
    private final DictionaryStore dictionaries;

    public CheckpointCatalogue(RunStore runs, DictionaryStore dictionaries) {
        this.runs = runs;
        this.dictionaries = dictionaries;
    }

    /** Returns all checkpoints of a dictionary, by step. */
    public List<DictionaryCheckpoint> of(SavedDictionary dictionary) {
        return dictionary.steps().stream().map(step -> checkpoint(dictionary, step)).toList();
    }

    /** Returns the checkpoint of a dictionary after a step, if it was saved. */
    public Optional<DictionaryCheckpoint> find(SavedDictionary dictionary, long step) {
        return Optional.of(step)
                .filter(dictionary.steps()::contains)
                .map(saved -> checkpoint(dictionary, saved));
    }

    private DictionaryCheckpoint checkpoint(SavedDictionary dictionary, long step) {
        String prefix = ObjectKeys.dictionary(dictionary.id(), step);
        DictionaryConfig config = dictionaries.config(prefix);
        long tokens = config.lineage().map(Lineage::tokens).orElse(0L);
        boolean isFinal = config.imported().isPresent() || isFinal(dictionary, step);
        return new DictionaryCheckpoint(dictionary.id(), step, tokens, isFinal, prefix);
    }

    /** A run's last step is known from its spec, unless its dataset was too short. */
    private boolean isFinal(SavedDictionary dictionary, long step) {
        String run = dictionary.id().run();
        Optional<RunSpec> spec = runs.spec(run);
        return spec.filter(s -> step >= s.training().steps()).isPresent()
                || step == dictionary.lastStep()
                        && runs.end(run).filter(end -> end.state() == State.ENDED).isPresent();
    }
}
