/**
 * A batch and weights go in, the latents that are active in it come out, row by row; nothing else
 * of the products that they are chosen from is kept.
 *
 * <p>All of it is on the CPU and on as many threads as there are workers. What comes out does not
 * depend on their number.
 *
 * <p>Dimension letters in comments: B rows of the batch, D width of the activations that are read,
 * Dout width of those that are reconstructed, F dictionary size.
 */
package org.lexicographer.trainer.recipe.active;
