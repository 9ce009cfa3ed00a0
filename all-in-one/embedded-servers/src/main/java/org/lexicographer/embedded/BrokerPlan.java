package org.lexicographer.embedded;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One broker: where it listens, and which brokers it makes a cluster with. Of three, each is broker
 * and controller at once, topics have three replicas, and a record is taken once two of them have
 * it.
 *
 * @param id the broker's number in its cluster, from 1
 * @param port the port for clients and other brokers; 0 for any free one
 * @param controllerPorts the port of each broker's controller, by number; empty for a broker that
 *     is alone
 * @param relays further ways for clients to come
 */
public record BrokerPlan(
        int id, int port, List<Integer> controllerPorts, List<BrokerRelay> relays) {

    private static final int MOST_REPLICAS = 3;

    public BrokerPlan {
        controllerPorts = List.copyOf(requireNonNull(controllerPorts, "controllerPorts is null"));
        relays = List.copyOf(requireNonNull(relays, "relays is null"));
        if (id < 1 || id > Math.max(1, controllerPorts.size())) {
            throw new IllegalArgumentException(
                    "no such broker in its cluster: id=%d, brokers=%d"
                            .formatted(id, controllerPorts.size()));
        }
    }

    /** Returns the plan of a broker that is a cluster of its own. */
    public static BrokerPlan alone(int port) {
        return new BrokerPlan(1, port, List.of(), List.of());
    }

    boolean isAlone() {
        return controllerPorts.isEmpty();
    }

    /** How many brokers have each record. */
    int replicas() {
        return Math.clamp(controllerPorts.size(), 1, MOST_REPLICAS);
    }

    /** How many of them must have it before its sender hears so: all but one. */
    int replicasInSync() {
        return Math.max(1, replicas() - 1);
    }
}
