/**
 * The addresses of texts come in, their bytes go out, from the object store or from this machine;
 * for whoever tokenizes them.
 */
package org.lexicographer.languagemodel.text;
