/**
 * Two dictionaries of a run at one site come in, of each latent of one the nearest in the other
 * come out, stored once, by whichever replica.
 *
 * <p>A pair ({@link org.lexicographer.eval.nearest.DictionaryPair}) is wanted when its run has
 * ended, and compared ({@link org.lexicographer.eval.nearest.NearestWork}) from its weights alone:
 * no language model and no text is needed.
 */
package org.lexicographer.eval.nearest;
