/**
 * The language model: token ids come in, activations at named sites, logits or losses go out.
 *
 * <p>{@link org.lexicographer.languagemodel.LanguageModel} is all that a service needs. Behind it,
 * {@code family} reads a Hugging Face folder into the parts of {@code layer}, and {@code forward}
 * runs them.
 *
 * <p>Dimension letters in shape comments: B contexts, T positions, D activation dimension, H heads,
 * E = D/H dimensions per head, R rotated dimensions per head, V vocabulary.
 */
package org.lexicographer.languagemodel;
