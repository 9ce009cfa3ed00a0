/**
 * Addresses of a model hub come in, prefixes and objects of the store go out, where what they name
 * has been fetched to.
 */
package org.lexicographer.languagemodel.hub;
