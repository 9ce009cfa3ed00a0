package org.lexicographer.trainer.recipe.topk;

import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;

/**
 * The number of active latents per row, which may fall from the activations' width D to k: k(t) =
 * int(D (1 - r) + k r) with r = t / kAnnealSteps, at most 1. dictionary_learning sets it after the
 * step, so that step t has k(t - 1) and step 0 has k.
 *
 * @param selection k and over how many steps it falls
 * @param activationDim D
 * @param dictionarySize F, which k never exceeds
 * @param compatibility whose order is followed
 */
record AnnealedK(
        TopKSelection selection,
        int activationDim,
        int dictionarySize,
        Compatibility compatibility) {

    int at(long step) {
        if (selection.kAnnealSteps() == 0 || activationDim <= selection.k()) {
            return selection.k();
        }
        return switch (compatibility) {
            case PAPER -> annealed(step);
            case DICTIONARY_LEARNING -> step == 0 ? selection.k() : annealed(step - 1);
        };
    }

    private int annealed(long step) {
        double ratio = Math.min(1, (double) step / selection.kAnnealSteps());
        int annealed = (int) (activationDim * (1 - ratio) + selection.k() * ratio);
        return Math.min(annealed, dictionarySize);
    }
}
