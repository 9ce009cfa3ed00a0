/**
 * One class per model family: a Hugging Face folder's configuration and weights come in, a {@link
 * org.lexicographer.languagemodel.forward.Transformer} goes out.
 *
 * <p>To add a family, write its class like {@link org.lexicographer.languagemodel.family.GptNeoX}
 * and add its constant to {@link org.lexicographer.languagemodel.family.ModelFamily}.
 */
package org.lexicographer.languagemodel.family;
