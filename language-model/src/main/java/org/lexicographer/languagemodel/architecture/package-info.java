/**
 * What families have in common: dimensions and settings come in, an {@link
 * org.lexicographer.languagemodel.architecture.Architecture} goes out, which makes a model's parts
 * of its weights.
 */
package org.lexicographer.languagemodel.architecture;
