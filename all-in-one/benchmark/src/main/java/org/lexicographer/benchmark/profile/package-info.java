/** Processes at work in, what their processor time went into out. */
package org.lexicographer.benchmark.profile;
