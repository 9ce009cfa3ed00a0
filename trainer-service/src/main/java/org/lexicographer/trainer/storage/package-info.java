/** The objects that a run has in the store: how many bytes they are, and how they go. */
package org.lexicographer.trainer.storage;
