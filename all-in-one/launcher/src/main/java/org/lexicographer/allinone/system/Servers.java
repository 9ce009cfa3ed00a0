package org.lexicographer.allinone.system;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.allinone.machine.FreePorts;
import org.lexicographer.allinone.network.FaultyLink;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.process.ServerProcess;
import org.lexicographer.embedded.BrokerPlan;
import org.lexicographer.embedded.BrokerRelay;

/** The brokers and the S3 server of a system, and the ways by which services come to them. */
final class Servers implements AutoCloseable {

    private static final String RELAY = "RELAY";

    private final ServerLayout layout;
    private final DataFolder data;
    private final int storePort;
    private final List<BrokerPlan> brokers = new ArrayList<>();
    private final List<FaultyLink> brokerLinks = new ArrayList<>();
    private final List<FaultyLink> storeLinks = new ArrayList<>();

    /** Chooses ports, and opens links where there are to be some; starts nothing. */
    Servers(ServerLayout layout, DataFolder data, FreePorts ports) {
        this.layout = layout;
        this.data = data;
        storePort = ports.take(0);
        List<Integer> controllers =
                layout.brokers() == 1
                        ? List.of()
                        : IntStream.range(0, layout.brokers())
                                .mapToObj(i -> ports.take(0))
                                .toList();
        for (int id = 1; id <= layout.brokers(); id++) {
            int port = ports.take(0);
            brokers.add(new BrokerPlan(id, port, controllers, relays(name(id), ports)));
        }
        if (layout.hasLinks()) {
            storeLinks.add(FaultyLink.open(Server.Kind.OBJECT_STORE.text(), storePort));
        }
    }

    private List<BrokerRelay> relays(String broker, FreePorts ports) {
        if (!layout.hasLinks()) {
            return List.of();
        }
        int port = ports.take(0);
        FaultyLink link = FaultyLink.open(broker, port);
        brokerLinks.add(link);
        return List.of(new BrokerRelay(RELAY, port, link.port()));
    }

    private String name(int id) {
        String broker = Server.Kind.BROKER.text();
        return layout.brokers() == 1 ? broker : broker + "-" + id;
    }

    /** Returns the servers' processes, which have not been started. */
    List<ServerProcess> processes() {
        Stream<ServerProcess> all =
                Stream.concat(
                        brokers.stream().map(this::broker),
                        Stream.of(
                                ServerProcess.objectStore(
                                        data.objectStore(),
                                        storePort,
                                        data.log(Server.Kind.OBJECT_STORE.text()))));
        return all.toList();
    }

    private ServerProcess broker(BrokerPlan plan) {
        String name = name(plan.id());
        return ServerProcess.broker(
                name,
                layout.brokers() == 1 ? data.kafka() : data.kafka().resolve(name),
                plan,
                data.log(name));
    }

    /** Returns the brokers' addresses, without a link in between. */
    String bootstrapServers() {
        return addresses(brokers.stream().map(BrokerPlan::port));
    }

    /** Returns the brokers' addresses for services. */
    String bootstrapServersOfServices() {
        return layout.hasLinks()
                ? addresses(brokerLinks.stream().map(FaultyLink::port))
                : bootstrapServers();
    }

    private static String addresses(Stream<Integer> ports) {
        return ports.map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** Returns the S3 server's address, without a link in between. */
    String endpoint() {
        return endpoint(storePort);
    }

    /** Returns the S3 server's address for services. */
    String endpointOfServices() {
        return layout.hasLinks() ? endpoint(storeLinks.getFirst().port()) : endpoint();
    }

    private static String endpoint(int port) {
        return "http://127.0.0.1:" + port;
    }

    /** Returns the links to a kind of server; none where there are none. */
    List<FaultyLink> links(Server.Kind kind) {
        return List.copyOf(kind == Server.Kind.BROKER ? brokerLinks : storeLinks);
    }

    @Override
    public void close() {
        brokerLinks.forEach(FaultyLink::close);
        storeLinks.forEach(FaultyLink::close);
    }
}
