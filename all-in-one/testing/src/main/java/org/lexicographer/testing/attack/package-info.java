/** Inputs that are almost right, and what readers make of them. */
package org.lexicographer.testing.attack;
