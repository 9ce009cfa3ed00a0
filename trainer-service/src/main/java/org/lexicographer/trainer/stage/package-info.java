/**
 * The activation blocks of one site of one run come in, its dictionaries go out.
 *
 * <p>{@code stream} puts the blocks into sequence, {@code buffer} shuffles their rows, {@code
 * recipe} and {@code engine} step on the batches, {@code watch} stops what is to be stopped, and
 * {@code checkpoint} keeps the whole state.
 */
package org.lexicographer.trainer.stage;
