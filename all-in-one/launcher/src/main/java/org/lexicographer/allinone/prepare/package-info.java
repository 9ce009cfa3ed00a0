/**
 * A checkout that has been built in, its start caches out: everything is started once and trains a
 * small run, while each JVM records what it loads, links and runs.
 */
package org.lexicographer.allinone.prepare;
