/**
 * What a dictionary's latents do on a text: the active latents of context after context come in,
 * exact counts, histograms and kept contexts of each latent come out.
 *
 * <p>Pass A counts ({@link org.lexicographer.eval.latent.LatentCounts}); pass B, which has to know
 * each latent's range and its top contexts, samples ({@link
 * org.lexicographer.eval.latent.LatentSamples}). Both are made of parts of the text that are merged
 * in the order of their contexts, and are then what one pass over all contexts gives.
 */
package org.lexicographer.eval.latent;
