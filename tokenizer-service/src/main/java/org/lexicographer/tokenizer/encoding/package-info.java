/**
 * The text of documents comes in, their tokens go out, packed into full contexts.
 *
 * <p>Encoding is parallel and its results are handed out in order; {@link
 * org.lexicographer.tokenizer.encoding.Tokenizer} is the port to whoever knows the vocabulary.
 */
package org.lexicographer.tokenizer.encoding;
