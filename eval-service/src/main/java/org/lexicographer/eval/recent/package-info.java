/** A key in, what was found for it a moment ago or is found now out, in bounded memory. */
package org.lexicographer.eval.recent;
