/**
 * Answered requests that change something come in; a line of the log category {@code audit} and an
 * object of the store for each go out.
 */
package org.lexicographer.runtime.audit;
