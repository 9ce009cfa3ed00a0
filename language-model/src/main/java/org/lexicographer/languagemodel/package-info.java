/**
 * The language model: token ids come in, activations at named sites, logits or losses go out.
 *
 * <p>{@link org.lexicographer.languagemodel.LanguageModel} is a model in memory, {@link
 * org.lexicographer.languagemodel.LanguageModels} shares those of a process. Below them, {@code
 * folder} finds and fetches models, {@code family} reads a Hugging Face folder into the parts of
 * {@code layer}, {@code forward} runs them, and {@code tokenizer} and {@code text} turn documents
 * into contexts of tokens.
 *
 * <p>Dimension letters in shape comments: B contexts, T positions, D activation dimension, H heads,
 * E = D/H dimensions per head, R rotated dimensions per head, V vocabulary.
 */
package org.lexicographer.languagemodel;
