/**
 * A language model, a dictionary and contexts go in; figures come out.
 *
 * <p>Plain Java over DJL arrays; nothing here knows of Kafka, S3 or Quarkus. Dimension letters in
 * shape comments: B contexts, T positions, N = B*T rows, D width of the activations that are read,
 * Dout of those that are reconstructed, F dictionary size, V vocabulary.
 */
package org.lexicographer.eval.evaluator;
