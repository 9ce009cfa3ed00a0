package org.lexicographer.allinone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One service in a JVM of its own. It ends with this process, even when that is killed: its
 * standard input is a pipe from here, and it watches for the pipe's end.
 */
public final class ServiceProcess {

    /** A service ends by itself when its time to leave is over; this is for one that hangs. */
    private static final Duration TIME_TO_STOP = Duration.ofMinutes(3);

    /** What a service takes to leave beside its jobs, and more. */
    private static final Duration BESIDE_THE_JOBS = Duration.ofMinutes(1);

    private static final String JOBS = "leaving.jobs";

    private final Service service;
    private final int port;
    private final Path log;
    private final Process process;
    private final Duration timeToStop;

    private ServiceProcess(
            Service service, int port, Path log, Process process, Duration timeToStop) {
        this.service = service;
        this.port = port;
        this.log = log;
        this.process = process;
        this.timeToStop = timeToStop;
    }

    /**
     * Starts the service.
     *
     * @param checkout where it is built
     * @param settings the service's configuration
     */
    public static ServiceProcess start(
            Service service, int port, Checkout checkout, Path log, Map<String, String> settings) {
        Path folder = checkout.home().resolve(service.folder()).resolve("target");
        ProcessBuilder builder =
                new ProcessBuilder(command(service, port, checkout, settings))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        String threads = Integer.toString(service.mathThreads());
        builder.environment().put("OMP_NUM_THREADS", threads);
        builder.environment().put("MKL_NUM_THREADS", threads);
        // Threads that spin while they wait take the cores from the other services.
        builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
        try {
            return new ServiceProcess(service, port, log, builder.start(), timeToStop(settings));
        } catch (IOException e) {
            throw new UncheckedIOException("service cannot be started: " + service.folder(), e);
        }
    }

    private static Duration timeToStop(Map<String, String> settings) {
        Duration jobs = Duration.parse("PT" + settings.getOrDefault(JOBS, "0s"));
        Duration all = jobs.plus(BESIDE_THE_JOBS);
        return all.compareTo(TIME_TO_STOP) > 0 ? all : TIME_TO_STOP;
    }

    private static List<String> command(
            Service service, int port, Checkout checkout, Map<String, String> settings) {
        List<String> command = new ArrayList<>(service.priority().prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(checkout.jvmOptions(service, TIME_TO_STOP.toSeconds()));
        command.add("-Dai.djl.offline=true");
        command.add("-Dai.djl.pytorch.num_threads=" + service.mathThreads());
        command.add("-Dquarkus.http.host=127.0.0.1");
        command.add("-Dquarkus.http.port=" + port);
        settings.forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
        command.add("-jar");
        command.add(checkout.application(service).toString());
        return command;
    }

    public Service service() {
        return service;
    }

    /** Returns the root of the service's REST interface, ending in a slash. */
    public String url() {
        return "http://127.0.0.1:%d/".formatted(port);
    }

    /**
     * Checks that the service still runs.
     *
     * @throws IllegalStateException with the end of its log when it does not
     */
    public void check() {
        KillableProcess.check(service.folder(), process, log);
    }

    boolean isRunning() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Kills the service with SIGKILL and returns when it is gone. */
    void kill() {
        KillableProcess.kill(process);
    }

    /** Asks the service to stop; {@link #awaitStop} waits for it. */
    public void requestStop() {
        process.destroy();
    }

    /** Waits until the service has stopped; kills it when it takes too long. */
    public void awaitStop() {
        try {
            if (!process.waitFor(timeToStop.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
