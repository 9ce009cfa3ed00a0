/** Traced blocks in, spans of the steps and checkpoints that they go into out. */
package org.lexicographer.trainer.trace;
