/** What a run takes of memory, brokers, store and time, before it is trained. */
package org.lexicographer.trainer.sizing;
