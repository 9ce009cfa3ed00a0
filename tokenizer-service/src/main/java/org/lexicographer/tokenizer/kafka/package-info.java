/**
 * Kafka records come in and become the ports of {@link org.lexicographer.tokenizer.stream}; token
 * blocks go out as Kafka records.
 *
 * <p>A job reads {@code dataset-shards} itself, from the offset that its last token block names. So
 * the service's own output is all that a new attempt depends on: nothing is committed too early or
 * too late, and runs that share a partition do not wait for each other. The service's group on that
 * topic only says which replica owns which partition, and so which runs.
 */
package org.lexicographer.tokenizer.kafka;
