/**
 * What every service agrees on: sites, how JSON is read, and the names of topics and objects.
 *
 * <p>Dimension letters in shape comments, here and everywhere: B contexts, T positions, N = B*T
 * rows, D activation dimension, F dictionary size, K active latents, H heads, V vocabulary, L
 * layers.
 */
package org.lexicographer.pipeline;
