/** How far a run has come, and what of its dataset cannot be used, goes out to whoever watches. */
package org.lexicographer.tokenizer.progress;
