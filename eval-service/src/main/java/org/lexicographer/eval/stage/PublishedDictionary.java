package org.lexicographer.eval.stage;

import java.util.Optional;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * A dictionary that a published folder has.
 *
 * @param folder where in it
 * @param checkpoint which dictionary
 * @param dictionarySize F
 * @param evaluation on the run's held-out contexts, if there is one
 */
record PublishedDictionary(
        String folder,
        DictionaryCheckpoint checkpoint,
        int dictionarySize,
        Optional<Evaluation> evaluation) {}
