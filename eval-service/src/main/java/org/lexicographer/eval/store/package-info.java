/**
 * Names go in; run specs, held-out contexts, dictionaries and evaluations come out of the object
 * store, and evaluations and imported dictionaries go into it.
 *
 * <p>The store is the source of truth: nothing about runs or dictionaries is kept in memory beyond
 * one request or one evaluation.
 */
package org.lexicographer.eval.store;
