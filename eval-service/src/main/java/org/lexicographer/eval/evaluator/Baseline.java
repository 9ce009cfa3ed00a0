package org.lexicographer.eval.evaluator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.pipeline.Site;

/**
 * The losses between which every dictionary of a site lies, batch by batch.
 *
 * @param batches the losses of the batches, in order
 */
record Baseline(List<Losses> batches) {

    Baseline {
        batches = List.copyOf(batches);
    }

    /**
     * The two losses of one batch.
     *
     * @param original the model's own
     * @param zero with the site's activations replaced by 0 at every position
     */
    record Losses(NextTokenLoss original, NextTokenLoss zero) {

        /**
         * Measures both by replacing the site's activations, once by a copy of themselves. So a
         * dictionary whose reconstructions are exact, or exactly 0, has exactly these losses: the
         * computation is the same, not just the mathematics.
         */
        static Losses of(LanguageModel model, Site site, NDArray tokens) {
            return new Losses(
                    model.nextTokenLoss(tokens, Map.of(site, NDArray::duplicate)),
                    model.nextTokenLoss(tokens, Map.of(site, NDArray::zerosLike)));
        }
    }
}
