/** A network between the parts of the system that can be made to fail. Knows nothing of them. */
package org.lexicographer.allinone.network;
