/**
 * Shards: addresses in, tokens of documents out, part by part and in order; what cannot be used is
 * counted and set aside.
 */
package org.lexicographer.tokenizer.shard;
