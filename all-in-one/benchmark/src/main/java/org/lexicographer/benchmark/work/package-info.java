/** What is timed: pieces of work, in JSON for this project's programs and the peers' alike. */
package org.lexicographer.benchmark.work;
