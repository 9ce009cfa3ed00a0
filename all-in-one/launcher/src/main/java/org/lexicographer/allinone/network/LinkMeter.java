package org.lexicographer.allinone.network;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a link does. */
final class LinkMeter {

    final LongAdder connections = new LongAdder();
    final LongAdder passedBytes = new LongAdder();
    final LongAdder delays = new LongAdder();
    final LongAdder cut = new LongAdder();
    final LongAdder swallowedBytes = new LongAdder();
    final LongAdder lostAnswers = new LongAdder();
    final LongAdder duplicatedBytes = new LongAdder();

    LinkCounts counts() {
        return new LinkCounts(
                connections.sum(),
                passedBytes.sum(),
                delays.sum(),
                cut.sum(),
                swallowedBytes.sum(),
                lostAnswers.sum(),
                duplicatedBytes.sum());
    }
}
