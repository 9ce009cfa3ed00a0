/**
 * What all formats of folders share: files by name go in, a dictionary and the place that they name
 * for it come out.
 */
package org.lexicographer.dictionary.exchange.folder;
