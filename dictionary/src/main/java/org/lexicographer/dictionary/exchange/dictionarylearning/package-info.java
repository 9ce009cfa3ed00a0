/** Folders of dictionary_learning go in and dictionaries come out, and back. */
package org.lexicographer.dictionary.exchange.dictionarylearning;
