/**
 * The dataset shards of one run come in, in the order of their offsets; its token blocks and its
 * held-out contexts go out.
 *
 * <p>Each block says where the dataset goes on behind it, so the last block is all that a new
 * attempt needs: it reads from there on and yields the blocks that the old one would have yielded,
 * bit for bit. Nothing in here knows Kafka; the ports are {@link
 * org.lexicographer.tokenizer.stream.DatasetLog}, {@link
 * org.lexicographer.tokenizer.stream.TokenBlockLog}, {@link
 * org.lexicographer.tokenizer.stream.Tokenizer} and {@link
 * org.lexicographer.tokenizer.stream.RunReports}.
 */
package org.lexicographer.tokenizer.stream;
