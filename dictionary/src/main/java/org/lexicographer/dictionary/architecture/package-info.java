/**
 * Activations go in and latents come out, and back: one class per formula, and how each is taken
 * apart into named weights and put together again.
 *
 * <p>{@link org.lexicographer.dictionary.architecture.DictionaryWeights} is the way in and out.
 */
package org.lexicographer.dictionary.architecture;
