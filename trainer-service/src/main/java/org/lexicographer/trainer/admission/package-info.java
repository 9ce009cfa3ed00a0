/**
 * Which runs' jobs this replica and its group take, by memory, and what those that wait are told.
 */
package org.lexicographer.trainer.admission;
