/**
 * Gradients go in, moved weights come out: Adam as PyTorch works it out, with what recipes ask of
 * their decoders' norms and of the gradients' norm.
 *
 * <p>Dimension letters in shape comments: F dictionary size, Dout width of what is reconstructed.
 */
package org.lexicographer.trainer.recipe.update;
