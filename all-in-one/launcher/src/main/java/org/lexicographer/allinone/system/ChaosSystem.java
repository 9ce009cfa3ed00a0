package org.lexicographer.allinone.system;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.FreePorts;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.process.ServerProcess;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.ServiceReplica;
import org.lexicographer.allinone.process.Victim;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.pipeline.stream.ControlTopics;

/** The whole system on one machine, every part of it in a process that may be killed. */
public final class ChaosSystem implements AutoCloseable {

    private static final String KEY = "lexicographer";
    private static final Duration TIME_TO_START = Duration.ofMinutes(3);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final FreePorts ports = new FreePorts();
    private final RestClient rest = new RestClient();
    private final Path home;
    private final DataFolder data;
    private final int brokerPort;
    private final int storePort;
    private final List<Victim> victims = new ArrayList<>();

    public ChaosSystem(Path home, DataFolder data) {
        this.home = home;
        this.data = data;
        brokerPort = ports.take(0);
        storePort = ports.take(0);
    }

    /** Starts the servers and one replica of each service, and waits until all are ready. */
    public void start() {
        data.prepare();
        startServer(Server.Kind.BROKER, data.kafka(), brokerPort);
        startServer(Server.Kind.OBJECT_STORE, data.objectStore(), storePort);
        await("the S3 server", this::storeAnswers);
        ControlTopics.ensure(bootstrapServers());
        for (Service service : Service.values()) {
            add(service);
        }
        awaitReady();
    }

    private void startServer(Server.Kind kind, Path folder, int port) {
        ServerProcess server = new ServerProcess(kind, folder, port, data.log(kind.text()));
        server.start();
        victims.add(server);
    }

    private boolean storeAnswers() {
        try {
            store().ensureBucket();
            return true;
        } catch (ObjectStoreException notYet) {
            return false;
        }
    }

    /** Starts one more replica of a service. */
    public void add(Service service) {
        int number = 1 + (int) replicas().stream().filter(r -> r.service() == service).count();
        Path logs = data.log("").getParent();
        ServiceReplica replica =
                new ServiceReplica(service, number, ports.take(0), home, logs, settings());
        replica.start();
        victims.add(replica);
    }

    private List<ServiceReplica> replicas() {
        return victims.stream()
                .filter(ServiceReplica.class::isInstance)
                .map(ServiceReplica.class::cast)
                .toList();
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", bootstrapServers());
        settings.put("object-store.endpoint", "http://127.0.0.1:" + storePort);
        settings.put("object-store.access-key", KEY);
        settings.put("object-store.secret-key", KEY);
        settings.put("object-store.bucket", AllInOne.BUCKET);
        return settings;
    }

    /** Waits until every service says that it is ready. */
    public void awaitReady() {
        for (ServiceReplica replica : replicas()) {
            await(replica.name(), () -> rest.isReady(replica.url()));
        }
    }

    /** Waits for something of the system. */
    public static void await(String what, BooleanSupplier condition) {
        await(what, TIME_TO_START, condition);
    }

    /**
     * Waits for something of the system.
     *
     * @throws IllegalStateException when it does not come true in time
     */
    public static void await(String what, Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "waited in vain: for=%s, seconds=%d".formatted(what, patience.toSeconds()));
            }
            pause(LOOK_AGAIN);
        }
    }

    /** Lets time pass. */
    public static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** Returns everything that can be killed. */
    public List<Victim> victims() {
        return List.copyOf(victims);
    }

    /** Returns what can be killed under a name. */
    public Victim victim(String name) {
        return victims.stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
    }

    /** Returns the address of the trainer's REST interface, ending in a slash. */
    public String trainerUrl() {
        Optional<ServiceReplica> trainer =
                replicas().stream().filter(r -> r.service() == Service.TRAINER).findFirst();
        return trainer.orElseThrow().url();
    }

    /** Returns the broker's address. */
    public String bootstrapServers() {
        return "127.0.0.1:" + brokerPort;
    }

    private MinioObjectStore store() {
        return MinioObjectStore.of(
                S3Endpoint.of("http://127.0.0.1:" + storePort, KEY, KEY), AllInOne.BUCKET);
    }

    /** Returns the bucket that holds everything; an outage is waited out. */
    public ObjectStore objectStore() {
        return RetryingObjectStore.wrap(store(), RetryPolicy.STANDARD);
    }

    /** Kills everything: nothing of it is needed again. */
    @Override
    public void close() {
        victims.reversed().forEach(Victim::kill);
    }
}
