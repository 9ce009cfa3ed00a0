/**
 * Uploaded zips go in and folders of any format come out, and back.
 *
 * <p>Everything about an upload is checked before anything of it is used.
 */
package org.lexicographer.eval.exchange;
