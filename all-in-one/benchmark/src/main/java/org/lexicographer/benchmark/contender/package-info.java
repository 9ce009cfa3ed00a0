/** Those who do the work: this project's classes, and other people's tools in Python. */
package org.lexicographer.benchmark.contender;
