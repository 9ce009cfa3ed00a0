/**
 * What people say that latents stand for: kept beside their dictionary, apart from statistics,
 * which are made again.
 */
package org.lexicographer.eval.explanation;
