/**
 * A folder of published dictionaries goes in, an import of each comes out: {@code ./run import}. It
 * runs beside the services and speaks to eval-service over REST.
 */
package org.lexicographer.eval.collection;
