/**
 * Run specs and names of imports come in; what is stored of a run, and whose a name is, goes out.
 *
 * <p>A name belongs to a run or to imported dictionaries, never to both, and a run's spec never
 * changes: whoever asks, in whichever service, gets the same answer.
 */
package org.lexicographer.runstore;
