/**
 * A run spec goes in; the run's token blocks are then taken from Kafka one after the other and
 * their activation blocks written, until the run has ended.
 *
 * <p>A {@link org.lexicographer.activation.job.ActivationJob} has two threads: one talks to Kafka
 * ({@link org.lexicographer.activation.stream.TokenStream}), one runs the model ({@link
 * org.lexicographer.activation.job.Extractor}), and a {@link
 * org.lexicographer.activation.stream.BlockQueue} lies between them.
 */
package org.lexicographer.activation.job;
