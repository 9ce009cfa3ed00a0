/** What processes take of the machine that they share: ports, memory, disks. */
package org.lexicographer.allinone.machine;
