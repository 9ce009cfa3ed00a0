package org.lexicographer.allinone.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.machine.FreePorts;
import org.lexicographer.allinone.network.FaultyLink;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.KillableProcess;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.process.ServerProcess;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.ServiceReplica;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;

/** The whole system on one machine, every part of it in a process that may be killed. */
public final class KillableSystem implements RunningSystem, AutoCloseable {

    private static final String KEY = "lexicographer";

    private final FreePorts ports = new FreePorts();
    private final RestClient rest = new RestClient();
    private final Path home;
    private final DataFolder data;
    private final Servers servers;
    private final Map<String, String> moreSettings;
    private final List<KillableProcess> processes = new ArrayList<>();
    private final Map<Service, Integer> added = new EnumMap<>(Service.class);

    public KillableSystem(Path home, DataFolder data) {
        this(home, data, Map.of());
    }

    /**
     * Prepares the system; nothing runs yet.
     *
     * @param home the checkout, which has been built
     * @param data what the system works on; not closed with it
     * @param moreSettings what services are told beside where broker and store are
     */
    public KillableSystem(Path home, DataFolder data, Map<String, String> moreSettings) {
        this(home, data, moreSettings, ServerLayout.PLAIN);
    }

    /** As {@link #KillableSystem(Path, DataFolder, Map)}, with other servers. */
    public KillableSystem(
            Path home, DataFolder data, Map<String, String> moreSettings, ServerLayout layout) {
        this.home = home;
        this.data = data;
        this.moreSettings = Map.copyOf(moreSettings);
        servers = new Servers(layout, data, ports);
    }

    /** Starts the servers and one replica of each service, and waits until all are ready. */
    public void start() {
        data.prepare();
        processes.addAll(servers.processes());
        processes.forEach(KillableProcess::start);
        Startup.await("the S3 server to answer", this::storeAnswers);
        Startup.awaitTopics(bootstrapServers());
        for (Service service : Service.values()) {
            add(service);
        }
        awaitReady();
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
        add(service, Map.of());
    }

    /**
     * Starts one more replica of a service.
     *
     * @param own what it is told beside, or in place of, what all are
     */
    public void add(Service service, Map<String, String> own) {
        Map<String, String> settings = new LinkedHashMap<>(settings());
        settings.putAll(own);
        int number = added.merge(service, 1, Integer::sum);
        Path logs = data.log("").getParent();
        ServiceReplica replica =
                new ServiceReplica(
                        service, number, ports.take(0), Checkout.of(home), logs, settings);
        replica.start();
        processes.add(replica);
    }

    /**
     * Replaces the replicas of a service by those of another release, one after the other, each
     * once the one before is ready.
     *
     * @param release a checkout of the release, which has been built
     */
    public void replace(Service service, Path release) {
        for (ServiceReplica replica : replicas()) {
            if (replica.service() == service) {
                replica.replaceBy(release);
                awaitReady();
            }
        }
    }

    private List<ServiceReplica> replicas() {
        return processes.stream()
                .filter(ServiceReplica.class::isInstance)
                .map(ServiceReplica.class::cast)
                .toList();
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", servers.bootstrapServersOfServices());
        settings.put("kafka.prefix", "");
        settings.put("object-store.endpoint", servers.endpointOfServices());
        settings.put("object-store.access-key", KEY);
        settings.put("object-store.secret-key", KEY);
        settings.put("object-store.bucket", BUCKET);
        settings.put("local-files.allowed", "true");
        settings.putAll(moreSettings);
        return settings;
    }

    /**
     * Waits until every service says that it is ready.
     *
     * @throws IllegalStateException when a process ends instead
     */
    public void awaitReady() {
        for (ServiceReplica replica : replicas()) {
            Startup.await(
                    replica.name() + " to be ready",
                    () -> {
                        check();
                        return rest.isReady(replica.url());
                    });
        }
    }

    /**
     * Waits for a condition, and checks meanwhile that everything runs.
     *
     * @param what what is waited for, for the message
     * @throws IllegalStateException when a process ends instead, or it takes too long
     */
    public void await(String what, BooleanSupplier condition) {
        Startup.await(
                what,
                () -> {
                    check();
                    return condition.getAsBoolean();
                });
    }

    /** Takes a replica out of the system, which is the caller's to stop then. */
    public ServiceReplica remove(String name) {
        ServiceReplica replica =
                replicas().stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        processes.remove(replica);
        return replica;
    }

    /** Returns everything that can be killed. */
    public List<KillableProcess> processes() {
        return List.copyOf(processes);
    }

    /** Returns the servers of a kind. */
    public List<ServerProcess> servers(Server.Kind kind) {
        return processes.stream()
                .filter(ServerProcess.class::isInstance)
                .map(ServerProcess.class::cast)
                .filter(server -> server.kind() == kind)
                .toList();
    }

    /** Returns the links by which services come to a kind of server; none in most systems. */
    public List<FaultyLink> links(Server.Kind kind) {
        return servers.links(kind);
    }

    /** Returns the process of that name. */
    public KillableProcess process(String name) {
        return processes.stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void check() {
        processes.forEach(KillableProcess::check);
    }

    @Override
    public String url(Service service) {
        return replicas().stream()
                .filter(replica -> replica.service() == service)
                .findFirst()
                .orElseThrow()
                .url();
    }

    @Override
    public String endpoint() {
        return servers.endpoint();
    }

    @Override
    public String bootstrapServers() {
        return servers.bootstrapServers();
    }

    private MinioObjectStore store() {
        return MinioObjectStore.of(S3Endpoint.of(endpoint(), KEY, KEY), BUCKET);
    }

    /** As the interface says; an outage of the server is waited out. */
    @Override
    public ObjectStore objectStore() {
        return RetryingObjectStore.wrap(store(), RetryPolicy.STANDARD);
    }

    /** Kills everything: none of it is needed again. */
    @Override
    public void close() {
        processes.reversed().forEach(KillableProcess::kill);
        servers.close();
    }
}
