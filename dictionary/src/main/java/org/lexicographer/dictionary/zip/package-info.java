/**
 * The bytes of a zip go in and the contents of its entries come out, with bounds on what they may
 * take.
 */
package org.lexicographer.dictionary.zip;
