/** What runs inside the services' JVMs, as an agent; it uses nothing but the JDK. */
package org.lexicographer.allinone.agent;
