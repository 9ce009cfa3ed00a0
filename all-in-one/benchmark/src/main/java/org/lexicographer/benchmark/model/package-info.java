/** Folders of language models to measure with, and the tokens that they read. */
package org.lexicographer.benchmark.model;
