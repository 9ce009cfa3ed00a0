/**
 * How far each part of a run has come: one record per part, written as named figures.
 *
 * <p>{@link org.lexicographer.pipeline.message.progress.Figure} names every figure there is; who
 * writes one and who reads it share the record.
 */
package org.lexicographer.pipeline.message.progress;
