/** Tests of the launcher, and of the whole system through it. */
package org.lexicographer.allinone;
