/** {@code ./run chaos}: one run twice, once with processes killed, and every bit compared. */
package org.lexicographer.allinone.chaos;
