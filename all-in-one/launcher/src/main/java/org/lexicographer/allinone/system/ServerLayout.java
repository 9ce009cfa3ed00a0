package org.lexicographer.allinone.system;

/**
 * Which servers a system has, and how services come to them.
 *
 * @param brokers how many brokers there are; of three, two must have a record before it counts
 * @param hasLinks whether services come to servers by links, which can be made to fail
 */
public record ServerLayout(int brokers, boolean hasLinks) {

    /** One broker and one S3 server, with nothing in between. */
    public static final ServerLayout PLAIN = new ServerLayout(1, false);

    public ServerLayout {
        if (brokers != 1 && brokers != 3) {
            throw new IllegalArgumentException(
                    "brokers make a cluster as one or as three: found=" + brokers);
        }
    }
}
