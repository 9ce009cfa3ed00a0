package org.lexicographer.allinone.network;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a network does wrong between a client and its server. Each is something that real networks
 * do: the bytes of a connection arrive late or not at all, a connection ends, or what was asked is
 * asked again. That bytes of one connection change places or come twice is not among them, as TCP
 * sees to that.
 */
public sealed interface NetworkFault {

    /**
     * Bytes arrive late, in both directions. What is there to be read when the pause is over goes
     * with it, so that this is a longer way and not a narrower one.
     *
     * @param pause how late
     */
    record Delay(Duration pause) implements NetworkFault {

        public Delay {
            requireNonNull(pause, "pause is null");
            if (!pause.isPositive()) {
                throw new IllegalArgumentException(
                        "no delay: expected=more than 0, found=" + pause);
            }
        }
    }

    /** Connections end, and new ones as soon as they are made. */
    record Cut() implements NetworkFault {}

    /**
     * Connections are made and stay, but bytes are swallowed, and neither end hears of the other's
     * end. A connection from which bytes are missing never comes back to life, not even after the
     * fault: the next that its peer would read is not what follows.
     *
     * @param lost which bytes are swallowed
     */
    record HalfOpen(Lost lost) implements NetworkFault {

        public HalfOpen {
            requireNonNull(lost, "lost is null");
        }
    }

    /**
     * A request arrives, and the connection ends instead of its answer: the client cannot know that
     * it was done, and asks again. Every connection that the server says something on ends so.
     */
    record LostAnswer() implements NetworkFault {}

    /**
     * A request arrives twice, over a connection of its own the second time, as where a proxy on
     * the way sends one again of which it has no answer yet. The client sees one of the answers.
     * Connections that are open when the fault begins are cut, since in the middle of one nobody
     * can tell where a request begins.
     */
    record Duplicate() implements NetworkFault {}

    /** Which bytes a half-open connection swallows. */
    enum Lost {
        /** Those of the client. */
        REQUESTS,
        /** Those of the server. */
        ANSWERS,
        /** All. */
        BOTH
    }
}
