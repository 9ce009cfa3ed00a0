/**
 * The dataset shards of one run come in, in the order of their offsets; its token blocks and its
 * held-out contexts go out.
 *
 * <p>Each block says where the dataset continues after it, so the last block is all that a new
 * attempt needs: it reads from there on and yields the blocks that the old one would have yielded,
 * bit for bit.
 */
package org.lexicographer.tokenizer.stage;
