/**
 * Token blocks in, activation blocks out: the language model runs once per block for all sites of a
 * run.
 *
 * <p>{@link org.lexicographer.activation.stage.ActivationStage} is the work itself; {@code job}
 * feeds it from Kafka, {@code model} finds and shares the models that it runs.
 */
package org.lexicographer.activation;
