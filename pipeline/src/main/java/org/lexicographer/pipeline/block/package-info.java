/**
 * Token ids, residual streams and activations in, bytes out, and back: the binary formats that
 * travel in bulk.
 *
 * <p>Each has one class that owns its layout; all numbers are little-endian, and a CRC-32C covers
 * everything after it.
 */
package org.lexicographer.pipeline.block;
