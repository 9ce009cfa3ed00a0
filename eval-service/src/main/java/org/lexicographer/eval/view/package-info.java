/**
 * Stored dictionaries and evaluations go in; what REST shows of them comes out, the table of the
 * post also as plain text.
 */
package org.lexicographer.eval.view;
