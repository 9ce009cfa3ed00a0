package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.kernel.Workers;

/**
 * How sparse steps are to be taken.
 *
 * @param workers the threads that take them
 * @param denseShare the share of latents that are active in a batch above which whole matrices are
 *     multiplied, as if all were
 */
public record SparsePlan(Workers workers, double denseShare) {}
