/** Times of work that is done side by side, and what they say of each other. */
package org.lexicographer.benchmark.measure;
