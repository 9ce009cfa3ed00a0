/**
 * The address of a dataset shard comes in, its documents go out, one after another and never the
 * whole shard at once.
 *
 * <p>What comes out is a function of the shard's bytes and the run's {@code textField} alone: every
 * limit here is a constant, because a different limit would make a different token stream.
 */
package org.lexicographer.tokenizer.dataset;
