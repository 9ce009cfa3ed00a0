/**
 * What every service agrees on: the run spec, sites, and the names of topics and objects.
 *
 * <p>A user's JSON comes in, a checked {@link org.lexicographer.pipeline.RunSpec} goes out.
 *
 * <p>Dimension letters in shape comments, here and everywhere: B contexts, T positions, N = B*T
 * rows, D activation dimension, F dictionary size, K active latents, H heads, V vocabulary, L
 * layers.
 */
package org.lexicographer.pipeline;
