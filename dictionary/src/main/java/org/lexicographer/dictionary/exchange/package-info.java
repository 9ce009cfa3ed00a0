/**
 * Folders that other tools write go in and dictionaries come out, and back: those of
 * dictionary_learning, SAELens and sparsify, beside our own.
 *
 * <p>{@link org.lexicographer.dictionary.exchange.Dictionaries} recognises a folder, {@link
 * org.lexicographer.dictionary.exchange.FolderFormat} names the formats, and one package per tool
 * owns its layout. What a format cannot express is refused with the reason, and so is what its
 * reader does not know. A config that is written carries our own {@link
 * org.lexicographer.dictionary.config.DictionaryConfig} under one extra key, which the tools pass
 * over, so that nothing is lost on the way back.
 */
package org.lexicographer.dictionary.exchange;
