/**
 * Uploaded folders of any format go in and dictionaries are stored; stored dictionaries go in and
 * folders of any format come out.
 *
 * <p>Everything about an upload is checked before anything is stored, and what is stored is whole
 * or absent.
 */
package org.lexicographer.eval.exchange;
