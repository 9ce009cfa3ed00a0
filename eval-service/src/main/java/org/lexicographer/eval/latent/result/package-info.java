/**
 * What is known of a dictionary's latents on a text: counts, samples and companions come in, and
 * are stored as a file of columns that has a row for each latent, as lines of JSON of which each is
 * all that is known of one latent, and as a summary; out of them come a table of latents that is
 * sorted, filtered and searched, the histogram of densities, and one latent by itself.
 */
package org.lexicographer.eval.latent.result;
