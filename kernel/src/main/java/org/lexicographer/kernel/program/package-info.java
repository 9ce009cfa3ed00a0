/**
 * Functions over whole arrays as one call each: TorchScript text goes in, a compiled program that
 * runs on any device comes out.
 */
package org.lexicographer.kernel.program;
