/**
 * One class per model family: a Hugging Face folder's configuration comes in, an {@link
 * org.lexicographer.languagemodel.architecture.Architecture} goes out.
 *
 * <p>To add a family, write its class like {@link org.lexicographer.languagemodel.family.Qwen3} or
 * {@link org.lexicographer.languagemodel.family.Gpt2} and add its constant to {@link
 * org.lexicographer.languagemodel.family.ModelFamily}. It asks for every setting that changes what
 * the model computes: one that no family asks for is refused.
 */
package org.lexicographer.languagemodel.family;
