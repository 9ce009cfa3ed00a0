/**
 * A service or a server in a process of its own: what it is given, how it is started, watched and
 * killed, and the folder and logs that all of them share.
 */
package org.lexicographer.allinone.process;
