/** Run specs in, how long the services took for them out: the whole system, as it ships. */
package org.lexicographer.benchmark.run;
