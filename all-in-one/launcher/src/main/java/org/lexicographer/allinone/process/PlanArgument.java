package org.lexicographer.allinone.process;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.embedded.BrokerPlan;
import org.lexicographer.embedded.BrokerRelay;

/**
 * A broker's plan as an argument of its process: {@code id;port;controller,...;NAME:port:port,...}.
 */
final class PlanArgument {

    private static final int PARTS = 4;

    private PlanArgument() {}

    static String of(BrokerPlan plan) {
        return "%d;%d;%s;%s"
                .formatted(
                        plan.id(),
                        plan.port(),
                        plan.controllerPorts().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining(",")),
                        plan.relays().stream()
                                .map(PlanArgument::text)
                                .collect(Collectors.joining(",")));
    }

    private static String text(BrokerRelay relay) {
        return "%s:%d:%d".formatted(relay.name(), relay.port(), relay.advertisedPort());
    }

    static BrokerPlan read(String argument) {
        String[] parts = argument.split(";", PARTS);
        List<Integer> controllers = list(parts[2]).map(Integer::valueOf).toList();
        List<BrokerRelay> relays = list(parts[3]).map(PlanArgument::relay).toList();
        return new BrokerPlan(
                Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), controllers, relays);
    }

    private static Stream<String> list(String joined) {
        return Arrays.stream(joined.split(",")).filter(part -> !part.isEmpty());
    }

    private static BrokerRelay relay(String text) {
        String[] parts = text.split(":");
        return new BrokerRelay(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }
}
