/**
 * A batch goes in, a loss's gradients come out: one class per recipe, each with its formula, its
 * source and its gradients in closed form, worked out over whole arrays on any device.
 *
 * <p>Dimension letters in shape comments: B rows of the batch, D width of the activations that are
 * read, Dout width of those that are reconstructed, F dictionary size, K active latents.
 */
package org.lexicographer.trainer.recipe.loss;
