/** Spans in, what a collector of traces takes out. */
package org.lexicographer.runtime.trace;
