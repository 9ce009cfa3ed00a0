/**
 * Objects that one service stores and another one reads: how a run ended, whether its held-out set
 * is complete and where it comes from, where a dictionary lies, how training went.
 */
package org.lexicographer.pipeline.stored;
