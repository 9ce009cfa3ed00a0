/** Inner loops by themselves, for JMH: what bounds whole steps and the reading of weights. */
package org.lexicographer.benchmark.loop;
