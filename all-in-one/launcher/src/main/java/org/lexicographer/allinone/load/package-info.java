/** A number of requests, runs or shards in, what became of them and of memory out. */
package org.lexicographer.allinone.load;
