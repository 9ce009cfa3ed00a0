package org.lexicographer.allinone.system;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.machine.FreePorts;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.ServiceProcess;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;

/**
 * The whole system on one machine: a broker and an S3 server in this process, the four services in
 * processes of their own. Everything listens on the loopback interface alone.
 *
 * <p>{@link #close} may be called at any time and from any thread; it stops the services, then the
 * S3 server, then the broker, and whatever comes up later is stopped at once.
 */
public final class AllInOne implements RunningSystem, AutoCloseable {

    private static final int KAFKA_PORT = 9092;
    private static final int OBJECT_STORE_PORT = 9000;

    private final Checkout checkout;
    private final DataFolder data;
    private final FreePorts ports = new FreePorts();
    private final RestClient rest = new RestClient();
    private final Map<Service, ServiceProcess> services = new ConcurrentSkipListMap<>();
    private volatile EmbeddedKafka kafka;
    private volatile EmbeddedObjectStore objectStore;
    private boolean closed;

    /**
     * Prepares the system; nothing runs yet.
     *
     * @param checkout where the services are built
     * @param data what the system works on; not closed with it
     */
    public AllInOne(Checkout checkout, DataFolder data) {
        this.checkout = requireNonNull(checkout, "checkout is null");
        this.data = requireNonNull(data, "data is null");
    }

    /**
     * Starts everything and returns when every service is ready. The services start while the
     * broker does, and wait for it.
     *
     * @throws IllegalStateException when something does not start
     */
    public void start() {
        data.prepare();
        int kafkaPort = ports.take(KAFKA_PORT);
        CompletableFuture<Void> broker = CompletableFuture.runAsync(() -> startKafka(kafkaPort));
        startObjectStore();
        Map<String, String> settings = settings(kafkaPort);
        for (Service service : Service.values()) {
            startService(service, settings);
        }
        join(broker);
        awaitReady();
    }

    private static void join(CompletableFuture<Void> broker) {
        try {
            broker.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void startKafka(int port) {
        EmbeddedKafka started = EmbeddedKafka.start(data.kafka(), port);
        if (!keep(() -> kafka = started)) {
            started.close();
            throw stopped();
        }
        Startup.awaitTopics(started.bootstrapServers());
    }

    private void startObjectStore() {
        EmbeddedObjectStore started =
                EmbeddedObjectStore.start(data.objectStore(), ports.take(OBJECT_STORE_PORT));
        if (!keep(() -> objectStore = started)) {
            started.close();
            throw stopped();
        }
        objectStore().ensureBucket();
    }

    private synchronized void startService(Service service, Map<String, String> settings) {
        if (closed) {
            throw stopped();
        }
        int port = ports.take(service.usualPort());
        Path log = data.log(service.folder());
        ServiceProcess started = ServiceProcess.start(service, port, checkout, log, settings);
        services.put(service, started);
        if (service == Service.TRAINER) {
            // Pages of eval-service, which starts after it, submit runs there.
            settings.put("eval.trainer-url", started.url());
        }
    }

    /** Runs the action unless everything was stopped meanwhile; tells whether it did. */
    private synchronized boolean keep(Runnable action) {
        if (!closed) {
            action.run();
        }
        return !closed;
    }

    private static IllegalStateException stopped() {
        return new IllegalStateException("stopped while starting");
    }

    private Map<String, String> settings(int kafkaPort) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", "127.0.0.1:" + kafkaPort);
        settings.put("kafka.prefix", "");
        settings.put("object-store.endpoint", endpoint());
        settings.put("object-store.access-key", objectStore.accessKey());
        settings.put("object-store.secret-key", objectStore.secretKey());
        settings.put("object-store.bucket", BUCKET);
        settings.put("local-files.allowed", "true");
        // The broker is a second away, not minutes.
        settings.put("start.pause", "250ms");
        // No pod's memory is exceeded here: whatever zstd can write is read.
        settings.put("dataset.zstd-window-max", "2G");
        return settings;
    }

    private void awaitReady() {
        for (ServiceProcess service : services.values()) {
            String name = service.service().folder();
            Startup.await(
                    "%s to be ready, log=%s".formatted(name, data.log(name)),
                    () -> {
                        check();
                        return rest.isReady(service.url());
                    });
        }
    }

    @Override
    public void check() {
        services.values().forEach(ServiceProcess::check);
    }

    /**
     * Never returns: the system runs until the process is told to end.
     *
     * @throws IllegalStateException when a service ends by itself
     */
    public void awaitEnd() {
        while (true) {
            check();
            Startup.pause();
        }
    }

    @Override
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    @Override
    public String endpoint() {
        return objectStore.endpoint();
    }

    @Override
    public String url(Service service) {
        return services.get(service).url();
    }

    @Override
    public ObjectStore objectStore() {
        S3Endpoint endpoint =
                S3Endpoint.of(
                        objectStore.endpoint(), objectStore.accessKey(), objectStore.secretKey());
        return MinioObjectStore.of(endpoint, BUCKET);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        services.values().forEach(ServiceProcess::requestStop);
        services.values().forEach(ServiceProcess::awaitStop);
        if (objectStore != null) {
            objectStore.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }
}
