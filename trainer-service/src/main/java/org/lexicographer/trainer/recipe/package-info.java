/**
 * Batches of activations go in, trained dictionaries come out: one class per recipe, each with its
 * formula, its source and its gradients written out.
 *
 * <p>{@link org.lexicographer.trainer.recipe.Recipe} is what a training job drives. Everything here
 * is a function of the recipe's settings and the batches alone: no clock, no shared random numbers.
 *
 * <p>Dimension letters in shape comments: B rows of the batch, D width of the activations that are
 * read, Dout width of those that are reconstructed, F dictionary size.
 */
package org.lexicographer.trainer.recipe;
