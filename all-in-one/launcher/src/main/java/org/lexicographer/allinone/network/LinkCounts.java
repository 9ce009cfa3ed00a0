package org.lexicographer.allinone.network;

/**
 * What a link has done so far.
 *
 * @param connections the connections that clients made
 * @param passedBytes the bytes that were passed on, in both directions, copies apart
 * @param delays how often bytes were held back
 * @param cut the connections that were ended, or made in vain
 * @param swallowedBytes the bytes that did not arrive
 * @param lostAnswers the connections that were ended in place of an answer
 * @param duplicatedBytes the bytes that arrived a second time
 */
public record LinkCounts(
        long connections,
        long passedBytes,
        long delays,
        long cut,
        long swallowedBytes,
        long lostAnswers,
        long duplicatedBytes) {}
