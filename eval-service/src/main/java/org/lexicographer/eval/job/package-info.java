/**
 * Announced dictionary checkpoints go in; settled ones come out, in whatever order they can be
 * evaluated.
 */
package org.lexicographer.eval.job;
