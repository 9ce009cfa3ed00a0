/**
 * The ports of a job to what it reads and writes: messages about a dataset come in through {@link
 * org.lexicographer.tokenizer.stream.DatasetLog}, token blocks go out through {@link
 * org.lexicographer.tokenizer.stream.TokenBlockLog}. Nothing in here knows Kafka.
 */
package org.lexicographer.tokenizer.stream;
