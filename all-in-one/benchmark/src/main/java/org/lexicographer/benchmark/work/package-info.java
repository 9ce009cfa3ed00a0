/**
 * What is timed: a piece of work, described in JSON for this project's programs and the peers'
 * alike, and how this project does it.
 */
package org.lexicographer.benchmark.work;
