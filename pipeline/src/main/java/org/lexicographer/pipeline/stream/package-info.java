/**
 * Numbered blocks in, Kafka records out, and back: the bulk streams of a run.
 *
 * <p>Block n of a run lies in partition n mod P of its topic, under the key n, so the order within
 * a partition is the sequence, however many replicas write and read.
 */
package org.lexicographer.pipeline.stream;
