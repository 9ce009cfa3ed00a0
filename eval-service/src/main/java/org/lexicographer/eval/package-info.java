/**
 * Dictionary checkpoints come in from {@code dictionaries}; evaluations go out to {@code
 * evaluations}, the object store and REST.
 *
 * <p>Here is what binds the service to Kafka, configuration and the process; the work is done in
 * {@link org.lexicographer.eval.job}.
 */
package org.lexicographer.eval;
