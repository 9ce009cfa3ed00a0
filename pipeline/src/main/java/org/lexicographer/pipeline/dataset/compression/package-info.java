/**
 * A compressed file comes in, its content goes out, with everything before a break.
 *
 * <p>Members and frames are read to the end of the file; what is cut off, is broken, or follows the
 * last one is an error.
 */
package org.lexicographer.pipeline.dataset.compression;
