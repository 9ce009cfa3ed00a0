/**
 * Dictionary checkpoints come in from {@code dictionaries}; evaluations go out to {@code
 * evaluations}, the object store and REST.
 *
 * <p>Here is what binds the service to Kafka, HTTP, configuration and the process; the work is done
 * in {@link org.lexicographer.eval.job} and {@link org.lexicographer.eval.stage}.
 */
package org.lexicographer.eval.service;
