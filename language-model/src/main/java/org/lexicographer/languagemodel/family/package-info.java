/**
 * One class per model family: a Hugging Face folder's configuration comes in, an {@link
 * org.lexicographer.languagemodel.family.Architecture} goes out, which makes a model's parts of its
 * weights.
 *
 * <p>To add a family, write its class like {@link org.lexicographer.languagemodel.family.GptNeoX}
 * and add its constant to {@link org.lexicographer.languagemodel.family.ModelFamily}.
 */
package org.lexicographer.languagemodel.family;
