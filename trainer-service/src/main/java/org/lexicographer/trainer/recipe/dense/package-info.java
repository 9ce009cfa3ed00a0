/**
 * Products of a batch's entries with whole matrices, as if every latent were active: where many
 * are, multiplying by zeros is faster than gathering what is not multiplied by zero.
 *
 * <p>Entries go in and come out where they lie, in the lists of each row. What they are multiplied
 * with is packed in panels once per step. Sums over the batch are in the order of its rows, those
 * over latents in the order of the dictionary, by slices as {@link
 * org.lexicographer.kernel.TileProduct} takes them.
 *
 * <p>Dimension letters in comments: B rows of the batch, D width of the activations that are read,
 * Dout width of those that are reconstructed, F dictionary size.
 */
package org.lexicographer.trainer.recipe.dense;
