/**
 * Dictionaries come in, statistics of what their latents do on a text come out, made by however
 * many replicas.
 *
 * <p>A plan ({@link org.lexicographer.eval.statistics.StatisticsPlan}) divides the work into units:
 * pass A of each shard of contexts, then pass B of each, then the results of each dictionary.
 * Replicas claim units one by one; what a unit gives does not depend on who computes it, when, or
 * how often. Shards are merged in their order.
 */
package org.lexicographer.eval.statistics;
