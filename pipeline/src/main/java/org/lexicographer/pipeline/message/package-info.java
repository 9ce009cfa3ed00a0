/**
 * JSON in, records out, and back: the control messages that the services exchange.
 *
 * <p>They carry names, keys and figures, never tensors; {@link org.lexicographer.pipeline.block}
 * has the two binary formats.
 */
package org.lexicographer.pipeline.message;
