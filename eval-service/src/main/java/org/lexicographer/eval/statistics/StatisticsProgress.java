package org.lexicographer.eval.statistics;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.RunProgress.State;

/**
 * How far statistics of a dictionary's latents have come.
 *
 * @param dictionary run, site and recipe
 * @param step the number of training steps it has had
 * @param text the name of the text
 * @param state what becomes of them; they can be seen when it is ENDED
 * @param unitsDone how many units of work are done, of all dictionaries that share the passes
 * @param units how many there are; 0 when that is not known
 * @param reason why there are none; empty unless it is FAILED
 */
public record StatisticsProgress(
        DictionaryId dictionary,
        long step,
        String text,
        State state,
        int unitsDone,
        int units,
        Optional<String> reason) {

    public StatisticsProgress {
        requireNonNull(dictionary, "dictionary is null");
        requireNonNull(text, "text is null");
        requireNonNull(state, "state is null");
        requireNonNull(reason, "reason is null");
    }
}
