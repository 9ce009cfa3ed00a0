/**
 * Activation blocks in, dictionaries out.
 *
 * <p>A job trains all recipes of one site of one run: {@code stream} puts the blocks into sequence,
 * {@code buffer} shuffles their rows, {@code recipe} steps on the batches, {@code checkpoint} keeps
 * the whole state; {@code job} shares the jobs among the replicas, {@code run} is what users see.
 */
package org.lexicographer.trainer;
