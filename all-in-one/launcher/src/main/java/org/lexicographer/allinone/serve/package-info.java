/** A command line in, the whole system on, until it is told to end. */
package org.lexicographer.allinone.serve;
