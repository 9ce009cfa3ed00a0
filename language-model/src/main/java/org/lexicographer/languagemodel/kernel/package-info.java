/**
 * The forward pass on a CPU: linear maps, attention and losses as products of packed matrices, with
 * what follows a product done while it is in the cache.
 *
 * <p>Each element is computed by the same operations in the same order whatever rows lie around it
 * and however many threads there are.
 */
package org.lexicographer.languagemodel.kernel;
