/** Looks at a dictionary in its language model, for one answer at a time. */
package org.lexicographer.eval.inspection;
