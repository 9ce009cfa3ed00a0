/** Folders of Gemma Scope, the first and the second, go in and dictionaries come out. */
package org.lexicographer.dictionary.exchange.gemmascope;
