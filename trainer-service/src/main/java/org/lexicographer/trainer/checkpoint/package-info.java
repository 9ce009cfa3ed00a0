/** The whole state of a trainer job in, objects named by a manifest out, and back. */
package org.lexicographer.trainer.checkpoint;
