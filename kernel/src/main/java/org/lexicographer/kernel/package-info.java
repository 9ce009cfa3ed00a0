/**
 * Products of float32 matrices on a CPU: rows in native memory go in, rows come out. Loops are
 * written with the Vector API and shared by the threads of {@link
 * org.lexicographer.kernel.Workers}.
 *
 * <p>Each element of a result is defined to the last bit: products are fused into sums, and sums
 * are taken in a stated order, whatever rows lie around it, tile it is in or thread works it out.
 */
package org.lexicographer.kernel;
