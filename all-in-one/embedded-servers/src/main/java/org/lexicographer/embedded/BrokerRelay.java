package org.lexicographer.embedded;

/**
 * A way to a broker for clients that have something in between, such as a proxy: the broker listens
 * on a port for them and tells them to come to another one.
 *
 * @param name tells it from the broker's other ways: capital letters
 * @param port the port that the broker listens on
 * @param advertisedPort the port that its clients are told to come to
 */
public record BrokerRelay(String name, int port, int advertisedPort) {

    public BrokerRelay {
        if (!name.matches("[A-Z]+")) {
            throw new IllegalArgumentException(
                    "not a listener's name: expected=capital letters, found=" + name);
        }
    }
}
