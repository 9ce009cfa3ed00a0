/** {@code ./run demo}: everything is started, the demo's dictionaries are trained and evaluated. */
package org.lexicographer.allinone.demo;
