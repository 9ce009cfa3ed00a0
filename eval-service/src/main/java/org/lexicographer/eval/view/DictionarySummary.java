package org.lexicographer.eval.view;

import java.util.List;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Site;

/**
 * A dictionary in a list.
 *
 * @param dictionary run, site and recipe, as in {@code demo/layers.0.mlp.out/standard}
 * @param run the run that trained it
 * @param site the site that it reads
 * @param recipe the recipe's name
 * @param steps the training steps after which it was saved, ascending
 */
public record DictionarySummary(
        DictionaryId dictionary, String run, Site site, String recipe, List<Long> steps) {

    public static DictionarySummary of(SavedDictionary saved) {
        DictionaryId id = saved.id();
        return new DictionarySummary(id, id.run(), id.site(), id.recipe(), saved.steps());
    }
}
