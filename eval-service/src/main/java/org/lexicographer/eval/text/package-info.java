/**
 * Text that a user names goes in; an evaluation of a dictionary on it comes out.
 *
 * <p>It is tokenized and packed into contexts as the training text is.
 */
package org.lexicographer.eval.text;
