/**
 * What is done for a shard in, spans of one trace out: a record carries the place of what made it
 * in a header, and whoever takes the record goes on from there.
 */
package org.lexicographer.pipeline.trace;
