/** Folders of SAELens go in and dictionaries come out, and back. */
package org.lexicographer.dictionary.exchange.saelens;
