/** {@code ./run benchmark}: how fast the inner works are, beside other people's tools. */
package org.lexicographer.benchmark;
