/** Folders of sparsify go in and dictionaries come out, and back. */
package org.lexicographer.dictionary.exchange.sparsify;
