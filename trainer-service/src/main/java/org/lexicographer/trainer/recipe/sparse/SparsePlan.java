package org.lexicographer.trainer.recipe.sparse;

/**
 * How sparse steps are to be taken.
 *
 * @param kernel the inner loops
 * @param denseShare the share of active latents from which a step is taken as dense products
 */
public record SparsePlan(RowKernel kernel, double denseShare) {}
