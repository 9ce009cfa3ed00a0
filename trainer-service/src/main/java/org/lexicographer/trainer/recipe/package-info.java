/**
 * Batches of activations go in, trained dictionaries come out. Each family of recipes has a
 * package, with formula, source and gradients of each member written out over the common parts in
 * {@code loss}. Gradients become weights in {@code update}.
 *
 * <p>Over whole arrays that is all there is. On a CPU a step encodes and selects by {@code active},
 * and from there on costs in proportion to the active latents by {@code sparse}, with the row loops
 * of {@code kernel}; while most latents are active it multiplies packed matrices by {@code dense}.
 * On a GPU it is one call of {@code program}, with kernels of {@code cuda} between products where
 * these are bfloat16.
 *
 * <p>{@code engine.Recipe} is what a training job drives. Everything here is a function of the
 * recipe's settings and the batches alone: no clock, no shared random numbers.
 *
 * <p>Dimension letters in shape comments: B rows of the batch, D width of the activations that are
 * read, Dout width of those that are reconstructed, F dictionary size.
 */
package org.lexicographer.trainer.recipe;
