package org.lexicographer.allinone.process;

import java.nio.file.Path;
import java.util.Map;

/** One replica of a service, to be killed and started again. */
public final class ServiceReplica implements KillableProcess {

    private final Service service;
    private final int number;
    private final int port;
    private final Path logs;
    private final Map<String, String> settings;
    private Checkout checkout;
    private int starts;
    private ServiceProcess process;

    /**
     * Prepares a replica.
     *
     * @param number tells it from its siblings, from 1
     * @param logs the folder of its log files, one a start
     */
    public ServiceReplica(
            Service service,
            int number,
            int port,
            Checkout checkout,
            Path logs,
            Map<String, String> settings) {
        this.service = service;
        this.number = number;
        this.port = port;
        this.checkout = checkout;
        this.logs = logs;
        this.settings = Map.copyOf(settings);
    }

    public Service service() {
        return service;
    }

    /** Returns the root of the replica's REST interface, ending in a slash. */
    public String url() {
        return process.url();
    }

    @Override
    public String name() {
        return service.folder() + "-" + number;
    }

    @Override
    public void start() {
        Path log = logs.resolve("%s-start-%d.log".formatted(name(), starts++));
        process = ServiceProcess.start(service, port, checkout, log, settings);
    }

    /**
     * Stops the replica in good order and starts it as another release has it; returns before it is
     * ready.
     *
     * @param release a checkout of the release, which has been built
     */
    public void replaceBy(Path release) {
        process.requestStop();
        process.awaitStop();
        checkout = Checkout.of(release);
        start();
    }

    /** Asks the replica to leave, as a cluster that takes it away does; returns at once. */
    public void requestStop() {
        process.requestStop();
    }

    /** Waits until the replica has left. */
    public void awaitStop() {
        process.awaitStop();
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public boolean isRunning() {
        return process.isRunning();
    }

    @Override
    public void check() {
        process.check();
    }

    @Override
    public long pid() {
        return process.pid();
    }
}
