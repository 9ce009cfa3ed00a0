package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.trainer.recipe.kernel.Workers;

/**
 * How sparse steps are to be taken.
 *
 * @param workers the threads that take them
 * @param denseShare the share of active latents from which a step is taken as dense products
 */
public record SparsePlan(Workers workers, double denseShare) {}
