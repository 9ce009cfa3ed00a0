/**
 * What became of a run's dataset: which of its shards, documents, lines and rows were used, which
 * were left out, and why.
 *
 * <p>The counts are functions of the stream alone. Whoever reads the stream again after a crash
 * counts the same again, so they are exact however often a run was resumed.
 */
package org.lexicographer.pipeline.account;
