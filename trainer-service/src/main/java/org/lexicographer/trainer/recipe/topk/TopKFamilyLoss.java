package org.lexicographer.trainer.recipe.topk;

import java.util.function.Supplier;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.RecipeState;

/** What the losses of the top-k family do alike: they begin at the median of the first batch. */
abstract sealed class TopKFamilyLoss implements Loss
        permits TopKLoss, BatchTopKLoss, MatryoshkaBatchTopKLoss {

    final TopKState own;
    private final RecipeState state;

    /**
     * Minimises a function of the state.
     *
     * @param architecture what its weights are a dictionary of
     * @param activeLatents how that dictionary chooses active latents
     */
    TopKFamilyLoss(
            TopKState own, Architecture architecture, Supplier<ActiveLatents> activeLatents) {
        this.own = own;
        this.state = own.with(architecture, activeLatents);
    }

    @Override
    public final RecipeState state() {
        return state;
    }

    @Override
    public final void begin(Batch batch) {
        own.begin(batch);
    }
}
