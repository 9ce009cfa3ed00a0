/**
 * Token blocks in, activation blocks out: the language model runs once per block for all sites of a
 * run.
 *
 * <p>{@link org.lexicographer.activation.stage.ActivationStage} is the work itself; {@code job}
 * feeds it from Kafka, {@code model} is its port to the language model.
 */
package org.lexicographer.activation;
