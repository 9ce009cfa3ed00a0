/**
 * A batch goes in, weights of a recipe with a ReLU encoder are moved, at a cost that is
 * proportional to the active latents after they have been found. What the recipes differ in is a
 * {@link org.lexicographer.trainer.recipe.relu.ReluFormula} each.
 *
 * <p>Dimension letters in comments: B rows of the batch, D width of the activations that are read,
 * Dout width of those that are reconstructed, F dictionary size.
 */
package org.lexicographer.trainer.recipe.relu;
