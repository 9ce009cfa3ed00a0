package org.lexicographer.allinone.chaos;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.allinone.network.NetworkFault;

/** What may break beside processes that are killed. */
public enum Fault {
    /** What services and a server say to each other arrives late. */
    DELAY(new NetworkFault.Delay(Duration.ofMillis(300))),
    /** Connections between services and a server end, and new ones do at once. */
    CUT(new NetworkFault.Cut()),
    /** Connections between services and a server stay, and nothing arrives on them any more. */
    HALF_OPEN(new NetworkFault.HalfOpen(NetworkFault.Lost.BOTH)),
    /** A server does what it is asked, and the connection ends in place of its answer. */
    LOST_ANSWER(new NetworkFault.LostAnswer()),
    /** Every request reaches the object store twice. */
    DUPLICATE(new NetworkFault.Duplicate()),
    /** The disk of the brokers' logs is full. */
    FULL_LOG,
    /** The disk of the services' temporary files is full. */
    FULL_SCRATCH,
    /** Two brokers of three are away. */
    BROKERS_DOWN,
    /** A broker comes back without the last segment of a topic of blocks. */
    LOST_SEGMENT;

    private final Optional<NetworkFault> network;

    Fault() {
        this.network = Optional.empty();
    }

    Fault(NetworkFault network) {
        this.network = Optional.of(network);
    }

    /** Returns the name on the command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return text();
    }

    /** Returns what is wrong with the network, if that is it. */
    Optional<NetworkFault> network() {
        return network;
    }

    /**
     * Tells whether a run may be FAILED by it, if it says why. What is away for a while is waited
     * for; what is lost, or cannot be written, may end a run.
     */
    boolean mayFail() {
        return switch (this) {
            case FULL_LOG, FULL_SCRATCH, LOST_SEGMENT -> true;
            case DELAY, CUT, HALF_OPEN, LOST_ANSWER, DUPLICATE, BROKERS_DOWN -> false;
        };
    }
}
