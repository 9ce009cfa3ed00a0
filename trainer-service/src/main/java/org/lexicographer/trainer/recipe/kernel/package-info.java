/**
 * Rows of float32 in native memory go in, rows come out: the inner loops of training on the CPU,
 * beside products of whole matrices.
 *
 * <p>Each element of a result is defined to the last bit: products are fused into sums, and sums
 * are taken in a stated order, whatever tile or thread an element is worked out in.
 */
package org.lexicographer.trainer.recipe.kernel;
