package org.lexicographer.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.PropertiesUtils;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker inside this JVM that listens on the loopback interface alone and keeps topics,
 * records and group offsets in its folder.
 *
 * <p>It is one KRaft node, broker and controller at once, alone or one of several that each have a
 * JVM or a folder of their own. Started again on the same folder it continues where it was; after a
 * crash that takes some seconds longer, until the dead broker's session has timed out. Topics are
 * not created by use.
 *
 * <p>The broker logs much at level INFO through SLF4J; whoever wants quiet raises the level of
 * {@link #LOGGERS}.
 */
public final class EmbeddedKafka implements AutoCloseable {

    /** The names of the loggers under which the broker logs. */
    public static final List<String> LOGGERS =
            List.of("kafka", "org.apache.kafka", "state.change.logger");

    private static final int ANY_PORT = 0;
    private static final int START_ATTEMPTS = 3;

    private final FolderLock lock;
    private final KafkaRaftServer server;
    private final int port;
    private boolean closed;

    private EmbeddedKafka(FolderLock lock, KafkaRaftServer server, int port) {
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker on any free port.
     *
     * @param dataFolder where everything is kept; created when missing
     * @throws IllegalStateException when the folder is in use or the broker does not start
     */
    public static EmbeddedKafka start(Path dataFolder) {
        return start(dataFolder, ANY_PORT);
    }

    /**
     * Starts a broker and returns when it accepts clients.
     *
     * @param dataFolder where everything is kept; created when missing
     * @param port the port to listen on, 0 for any free one
     * @throws IllegalStateException when the folder or the port is in use or the broker does not
     *     start
     */
    public static EmbeddedKafka start(Path dataFolder, int port) {
        return start(dataFolder, BrokerPlan.alone(port));
    }

    /**
     * Starts a broker as planned; as one of several it returns once most of them are there.
     *
     * @param dataFolder where everything is kept; created when missing
     * @throws IllegalStateException when the folder or a port is in use or the broker does not
     *     start
     */
    public static EmbeddedKafka start(Path dataFolder, BrokerPlan plan) {
        return start(dataFolder, plan, Optional.empty());
    }

    /**
     * As {@link #start(Path, int)}, with a broker that takes no client without TLS and a password.
     *
     * @param security the listener's certificate and users
     */
    public static EmbeddedKafka start(Path dataFolder, int port, BrokerSecurity security) {
        return start(dataFolder, BrokerPlan.alone(port), Optional.of(security));
    }

    private static EmbeddedKafka start(
            Path dataFolder, BrokerPlan plan, Optional<BrokerSecurity> security) {
        Path folder = dataFolder.toAbsolutePath().normalize();
        FolderLock lock = FolderLock.take(folder);
        try {
            return start(lock, folder.resolve("log"), plan, security);
        } catch (Exception e) {
            lock.close();
            throw new IllegalStateException(
                    "Kafka broker does not start: folder=%s, port=%d, reason=%s"
                            .formatted(folder, plan.port(), e.getMessage()),
                    e);
        }
    }

    /** A free port may be taken before the broker binds it, hence the attempts. */
    private static EmbeddedKafka start(
            FolderLock lock, Path logFolder, BrokerPlan plan, Optional<BrokerSecurity> security)
            throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(lock, logFolder, plan, security);
            } catch (Exception e) {
                if (plan.port() != ANY_PORT || attempt == START_ATTEMPTS || !isPortTaken(e)) {
                    throw e;
                }
            }
        }
    }

    private static EmbeddedKafka startOnce(
            FolderLock lock, Path logFolder, BrokerPlan plan, Optional<BrokerSecurity> security)
            throws Exception {
        int[] free = freePorts(plan.port());
        List<Integer> controllers = plan.isAlone() ? List.of(free[1]) : plan.controllerPorts();
        Properties settings = KafkaSettings.of(logFolder, plan, free[0], controllers);
        security.ifPresent(secured -> secured.applyTo(settings));
        format(logFolder, plan);
        KafkaRaftServer server =
                new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        return startup(lock, server, free[0]);
    }

    private static EmbeddedKafka startup(FolderLock lock, KafkaRaftServer server, int port) {
        try {
            server.startup();
            return new EmbeddedKafka(lock, server, port);
        } catch (RuntimeException e) {
            server.shutdown();
            throw e;
        }
    }

    private static boolean isPortTaken(Throwable failure) {
        return failure != null
                && (failure instanceof BindException || isPortTaken(failure.getCause()));
    }

    /** Returns the broker's and the controller's port; both are free and they differ. */
    private static int[] freePorts(int wanted) throws IOException {
        InetAddress loopback = InetAddress.getByName(KafkaSettings.HOST);
        try (ServerSocket first = new ServerSocket(wanted, 1, loopback);
                ServerSocket second = new ServerSocket(ANY_PORT, 1, loopback)) {
            return new int[] {first.getLocalPort(), second.getLocalPort()};
        }
    }

    /** A folder that has been formatted before stays as it is and keeps its cluster id. */
    private static void format(Path logFolder, BrokerPlan plan) throws Exception {
        Files.createDirectories(logFolder);
        new Formatter()
                .setPrintStream(silence())
                .setNodeId(plan.id())
                .setClusterId(clusterId(logFolder, plan))
                .addDirectory(logFolder.toString())
                .setMetadataLogDirectory(logFolder.toString())
                .setControllerListenerName(KafkaSettings.CONTROLLER_LISTENER)
                .setIgnoreFormatted(true)
                .run();
    }

    private static String clusterId(Path logFolder, BrokerPlan plan) throws IOException {
        Path properties = logFolder.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME);
        return Files.exists(properties)
                ? PropertiesUtils.readPropertiesFile(properties.toString())
                        .getProperty("cluster.id")
                : newClusterId(plan).toString();
    }

    /** All brokers of a cluster must come to the same without having spoken to each other. */
    private static Uuid newClusterId(BrokerPlan plan) {
        return plan.isAlone()
                ? Uuid.randomUuid()
                : new Uuid(plan.controllerPorts().size(), plan.controllerPorts().hashCode());
    }

    private static PrintStream silence() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    /** Returns the address for clients: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return KafkaSettings.HOST + ":" + port;
    }

    /** Stops the broker in order and releases its folder; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            server.shutdown();
            server.awaitShutdown();
        }
    }
}
