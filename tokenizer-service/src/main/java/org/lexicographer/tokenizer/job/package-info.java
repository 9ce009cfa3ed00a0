/**
 * Run specs and owned partitions come in, one job per run that this replica owns goes out.
 *
 * <p>A job is one thread that tokenizes one run; it tries again after whatever may pass, and gives
 * the run up for what will not.
 */
package org.lexicographer.tokenizer.job;
