/**
 * A {@code config.json} comes in; what it says comes out, read by type, with a name for whatever
 * can't be used.
 */
package org.lexicographer.languagemodel.config;
