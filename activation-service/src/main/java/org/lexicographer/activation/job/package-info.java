/**
 * A run spec goes in; the blocks of each stage of the run are then taken from Kafka one after the
 * other and what comes of them is written, until the run has ended.
 *
 * <p>A {@link org.lexicographer.activation.job.ActivationJob} has two threads: one talks to Kafka
 * ({@link org.lexicographer.activation.stream.BlockStream}), one runs the model ({@link
 * org.lexicographer.activation.job.Extractor}), and a {@link
 * org.lexicographer.activation.stream.BlockQueue} lies between them.
 */
package org.lexicographer.activation.job;
