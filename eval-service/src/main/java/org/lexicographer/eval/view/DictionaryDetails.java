package org.lexicographer.eval.view;

import java.util.List;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/**
 * A dictionary.
 *
 * @param dictionary run, site and recipe
 * @param run the run that trained it
 * @param site the site that it reads
 * @param recipe the recipe's name
 * @param config what it is and where it comes from, as of its last checkpoint
 * @param checkpoints all that was saved of it, by step
 */
public record DictionaryDetails(
        DictionaryId dictionary,
        String run,
        Site site,
        String recipe,
        DictionaryConfig config,
        List<DictionaryCheckpoint> checkpoints) {

    public static DictionaryDetails of(
            DictionaryId id, DictionaryConfig config, List<DictionaryCheckpoint> checkpoints) {
        return new DictionaryDetails(id, id.run(), id.site(), id.recipe(), config, checkpoints);
    }
}
