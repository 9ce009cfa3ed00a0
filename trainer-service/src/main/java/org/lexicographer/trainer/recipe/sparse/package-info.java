/**
 * Active latents go in, moved weights come out, at a cost in proportion to the number of active
 * latents: errors, gradients and updates.
 *
 * <p>All of it is on the CPU and on as many threads as there are workers, with the same bits
 * whatever their number. Sums over the batch are taken in the order of its rows, those over latents
 * in the order of the dictionary.
 *
 * <p>Dimension letters in comments: B rows of the batch, D width of the activations that are read,
 * Dout width of those that are reconstructed, F dictionary size.
 */
package org.lexicographer.trainer.recipe.sparse;
