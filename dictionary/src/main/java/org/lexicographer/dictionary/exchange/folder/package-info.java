/**
 * What all formats of folders share: files by name go in, a dictionary and what they say of where
 * it belongs come out.
 */
package org.lexicographer.dictionary.exchange.folder;
