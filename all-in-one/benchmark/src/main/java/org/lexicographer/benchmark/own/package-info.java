/** How this project does the work. */
package org.lexicographer.benchmark.own;
