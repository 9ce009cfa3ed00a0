/**
 * What every figure means, in one shape: whatever is reported under a name says with it which
 * version of which formula it is of.
 */
package org.lexicographer.eval.definition;
