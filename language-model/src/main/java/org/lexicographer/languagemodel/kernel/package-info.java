/**
 * Inner loops of the forward pass on a CPU: rows of float32 in native memory come in, rows go out.
 * What takes arithmetic is written with the Vector API and shared by the threads of {@link
 * org.lexicographer.languagemodel.kernel.Workers}.
 *
 * <p>Each element is computed by the same operations in the same order whatever rows lie around it
 * and however many threads there are.
 */
package org.lexicographer.languagemodel.kernel;
