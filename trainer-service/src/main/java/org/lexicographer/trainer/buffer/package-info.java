/** Rows of activations in the stream's order in, shuffled batches out. */
package org.lexicographer.trainer.buffer;
