/**
 * The bytes of our own files go in and dictionaries come out, and back: {@code config.json}, which
 * says what a dictionary is and where it comes from, and the weights beside it.
 *
 * <p>{@link org.lexicographer.dictionary.config.DictionaryFormat} is the way in and out.
 */
package org.lexicographer.dictionary.config;
