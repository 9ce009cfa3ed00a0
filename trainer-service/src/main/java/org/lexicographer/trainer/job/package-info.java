/**
 * Activation topics in, running trainer jobs out: one owner per run and site, whichever replicas
 * there are.
 */
package org.lexicographer.trainer.job;
