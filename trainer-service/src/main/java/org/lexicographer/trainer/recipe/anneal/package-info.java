/**
 * Latents go in, a penalty of their p-th powers comes out, with its gradient and an exponent that
 * falls from step to step; over whole arrays, row by row, and as text of TorchScript.
 *
 * <p>Dimension letters in shape comments: B rows of the batch, F dictionary size.
 */
package org.lexicographer.trainer.recipe.anneal;
