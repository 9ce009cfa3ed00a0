/**
 * The blocks that a stage of a run takes: records come in from this replica's partitions, numbered
 * blocks go out in order, and an offset is committed when all that came of its block is stored.
 */
package org.lexicographer.activation.stream;
