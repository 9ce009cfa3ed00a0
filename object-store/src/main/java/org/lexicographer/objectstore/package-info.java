/**
 * Bytes in, objects out, and back: the port to the S3 store that holds what outlives a run.
 *
 * <p>{@link org.lexicographer.objectstore.ObjectStore} is the contract; every implementation passes
 * the same contract test.
 */
package org.lexicographer.objectstore;
