/** Figures of a process in, meters for an operator out, under one scheme of names. */
package org.lexicographer.runtime.meter;
