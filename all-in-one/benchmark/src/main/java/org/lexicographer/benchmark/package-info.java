/** {@code ./run benchmark}: how fast inner works and whole runs are, beside others' tools. */
package org.lexicographer.benchmark;
