/**
 * Activations go in, latents come out, and back: dictionaries and their file format, as a plain
 * library.
 *
 * <p>{@link org.lexicographer.dictionary.Dictionary} says what a dictionary does, one class per
 * architecture how, and {@link org.lexicographer.dictionary.config.DictionaryFormat} how it lies on
 * disk.
 *
 * <p>Dimension letters in shape comments: N rows (contexts times positions), D width of the
 * activations that are read, Dout width of those that are reconstructed, F dictionary size.
 */
package org.lexicographer.dictionary;
