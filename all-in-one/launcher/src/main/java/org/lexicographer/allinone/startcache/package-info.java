/**
 * A checkout that has been built in, caches out with which its JVMs start in half the time: classes
 * that are loaded and linked already, and what was learnt of their methods (JEP 483, 514 and 515).
 */
package org.lexicographer.allinone.startcache;
