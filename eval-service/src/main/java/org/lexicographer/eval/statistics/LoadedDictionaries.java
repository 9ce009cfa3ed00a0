package org.lexicographer.eval.statistics;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.stored.StatisticsPlan;

/**
 * A plan's dictionaries in memory, in the plan's order; the scope that they were loaded in owns
 * them.
 *
 * @param each the dictionaries
 */
record LoadedDictionaries(List<Loaded> each) {

    /**
     * A dictionary.
     *
     * @param number its place in the plan
     * @param spliced the dictionary and its sites; empty when it cannot be used
     * @param failure why it cannot be used
     */
    record Loaded(int number, Optional<SplicedDictionary> spliced, Optional<String> failure) {}

    /**
     * Loads a plan's dictionaries.
     *
     * @param scope on the language model's device
     */
    static LoadedDictionaries of(
            StatisticsPlan plan, DictionaryStore store, LanguageModel model, NDManager scope) {
        List<Loaded> each = new ArrayList<>();
        for (DictionaryCheckpoint checkpoint : plan.dictionaries()) {
            int number = each.size();
            try {
                SplicedDictionary spliced = store.files(checkpoint.prefix()).splice(scope);
                spliced.checkFits(model);
                each.add(new Loaded(number, Optional.of(spliced), Optional.empty()));
            } catch (UnusableInputException e) {
                each.add(new Loaded(number, Optional.empty(), Optional.of(e.getMessage())));
            }
        }
        return new LoadedDictionaries(List.copyOf(each));
    }
}
