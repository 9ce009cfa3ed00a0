/** Folders of Llama Scope, as OpenMOSS's tool saved them, go in and dictionaries come out. */
package org.lexicographer.dictionary.exchange.openmoss;
