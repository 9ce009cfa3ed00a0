/**
 * A file of documents comes in, its documents go out, one after another and never the whole file at
 * once: the one reader of text, for training and for evaluation.
 *
 * <p>What comes out is a function of the file's bytes and of what a document is alone. Every limit
 * here is a constant, because a different limit would make a different token stream; how large the
 * windows of compressed files may be only decides whether a file is read at all.
 */
package org.lexicographer.pipeline.dataset;
