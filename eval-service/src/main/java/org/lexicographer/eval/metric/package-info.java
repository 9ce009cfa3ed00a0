/**
 * Activations, latents, reconstructions and losses go in batch by batch; the figures of an
 * evaluation come out.
 *
 * <p>{@link org.lexicographer.eval.metric.MetricDefinition} says what each figure means; the
 * statistics classes keep what the figures need, in float64, so that no figure depends on how many
 * tokens came before.
 *
 * <p>Dimension letters in shape comments: N rows (contexts times positions), D width of the
 * activations, F dictionary size.
 */
package org.lexicographer.eval.metric;
