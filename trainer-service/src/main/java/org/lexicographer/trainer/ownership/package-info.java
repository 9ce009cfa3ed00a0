/** Activation topics come in, one owner per run and site goes out, whichever replicas there are. */
package org.lexicographer.trainer.ownership;
