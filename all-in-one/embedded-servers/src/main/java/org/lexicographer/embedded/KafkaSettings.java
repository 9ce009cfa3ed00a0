package org.lexicographer.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The broker settings of {@link EmbeddedKafka}: a node that is broker and controller. */
final class KafkaSettings {

    static final String HOST = "127.0.0.1";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String FIXED =
            """
            process.roles=broker,controller
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=BROKER

            # After a kill -9 the controller waits for the dead broker's session to time out before
            # the new one may register, so this is the restart time. Half of it risks fencing a
            # broker that is only short of processor time.
            broker.session.timeout.ms=6000
            broker.heartbeat.interval.ms=500
            # One of several waits for the others, which a busy machine starts late.
            initial.broker.registration.timeout.ms=600000

            # Topics are created by those who write them, with the partitions they mean.
            auto.create.topics.enable=false
            delete.topic.enable=true

            # Fifty partitions of offsets are a waste.
            offsets.topic.num.partitions=4
            transaction.state.log.num.partitions=4
            share.coordinator.state.topic.num.partitions=4

            # Groups form at once, and a member that was killed is noticed soon.
            group.initial.rebalance.delay.ms=0
            group.min.session.timeout.ms=1000

            # Blocks of activations are large.
            message.max.bytes=8388608
            replica.fetch.max.bytes=8388608

            # Nothing is lost to time: a run that rests for a month continues where it was. What has
            # been purged or deleted gives its disk space back within seconds.
            log.retention.ms=-1
            log.retention.bytes=-1
            offsets.retention.minutes=525600
            log.segment.bytes=67108864
            log.initial.task.delay.ms=1000
            log.retention.check.interval.ms=2000
            log.segment.delete.delay.ms=500
            log.flush.start.offset.checkpoint.interval.ms=5000

            # A small heap and few threads: the neighbours need them.
            log.cleaner.dedupe.buffer.size=4194304
            log.cleaner.threads=1
            log.index.size.max.bytes=2097152
            num.network.threads=2
            num.io.threads=4
            background.threads=2
            num.recovery.threads.per.data.dir=2
            group.coordinator.threads=1
            """;

    private KafkaSettings() {}

    /**
     * Returns the settings of a broker.
     *
     * @param port the port for clients, which is free
     * @param controllerPorts the port of each broker's controller, by number
     */
    static Properties of(Path logFolder, BrokerPlan plan, int port, List<Integer> controllerPorts) {
        Properties settings = fixed();
        settings.setProperty("node.id", Integer.toString(plan.id()));
        settings.setProperty("log.dirs", logFolder.toString());
        String broker = address("BROKER", port);
        String controller = address("CONTROLLER", controllerPorts.get(plan.id() - 1));
        settings.setProperty(
                "listeners",
                list(
                        Stream.of(broker, controller),
                        plan.relays().stream().map(relay -> address(relay.name(), relay.port()))));
        settings.setProperty(
                "advertised.listeners",
                list(
                        Stream.of(broker),
                        plan.relays().stream()
                                .map(relay -> address(relay.name(), relay.advertisedPort()))));
        settings.setProperty(
                "listener.security.protocol.map",
                list(
                        Stream.of("BROKER:PLAINTEXT", "CONTROLLER:PLAINTEXT"),
                        plan.relays().stream().map(relay -> relay.name() + ":PLAINTEXT")));
        settings.setProperty("controller.quorum.voters", voters(controllerPorts));
        replicate(plan, settings);
        return settings;
    }

    private static String address(String listener, int port) {
        return "%s://%s:%d".formatted(listener, HOST, port);
    }

    private static String list(Stream<String> first, Stream<String> rest) {
        return Stream.concat(first, rest).collect(Collectors.joining(","));
    }

    private static String voters(List<Integer> controllerPorts) {
        return IntStream.range(0, controllerPorts.size())
                .mapToObj(i -> "%d@%s:%d".formatted(i + 1, HOST, controllerPorts.get(i)))
                .collect(Collectors.joining(","));
    }

    private static void replicate(BrokerPlan plan, Properties settings) {
        String replicas = Integer.toString(plan.replicas());
        String inSync = Integer.toString(plan.replicasInSync());
        settings.setProperty("default.replication.factor", replicas);
        settings.setProperty("min.insync.replicas", inSync);
        settings.setProperty("offsets.topic.replication.factor", replicas);
        settings.setProperty("transaction.state.log.replication.factor", replicas);
        settings.setProperty("transaction.state.log.min.isr", inSync);
        settings.setProperty("share.coordinator.state.topic.replication.factor", replicas);
        settings.setProperty("share.coordinator.state.topic.min.isr", inSync);
        // One of several that stops after most of the others would ask for minutes who takes over.
        settings.setProperty("controlled.shutdown.enable", Boolean.toString(plan.isAlone()));
    }

    private static Properties fixed() {
        try {
            Properties settings = new Properties();
            settings.load(new StringReader(FIXED));
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException("broker settings cannot be read", e);
        }
    }
}
