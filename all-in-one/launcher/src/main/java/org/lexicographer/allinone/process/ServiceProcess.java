package org.lexicographer.allinone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One service in a JVM of its own. It ends with this process, even when that is killed: its
 * standard input is a pipe from here, and an agent in its JVM watches for the pipe's end.
 */
public final class ServiceProcess {

    /** A service ends by itself when its time to leave is over; this is for one that hangs. */
    private static final Duration TIME_TO_STOP = Duration.ofMinutes(3);

    /** See {@code agent/ParentWatch}: a class of another JVM. */
    private static final String PARENT_WATCH =
            "all-in-one/launcher/target/launcher-parent-watch.jar";

    private final Service service;
    private final int port;
    private final Path log;
    private final Process process;

    private ServiceProcess(Service service, int port, Path log, Process process) {
        this.service = service;
        this.port = port;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts the service.
     *
     * @param home the checkout, which has been built
     * @param settings the service's configuration
     */
    public static ServiceProcess start(
            Service service, int port, Path home, Path log, Map<String, String> settings) {
        Path application = service.application(home);
        if (!Files.exists(application)) {
            throw new IllegalStateException("service is not built: application=" + application);
        }
        ProcessBuilder builder =
                new ProcessBuilder(command(service, port, home, settings))
                        .directory(application.getParent().getParent().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        String threads = Integer.toString(service.mathThreads());
        builder.environment().put("OMP_NUM_THREADS", threads);
        builder.environment().put("MKL_NUM_THREADS", threads);
        // Threads that spin while they wait take the cores from the other services.
        builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
        try {
            return new ServiceProcess(service, port, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("service cannot be started: " + service.folder(), e);
        }
    }

    private static List<String> command(
            Service service, int port, Path home, Map<String, String> settings) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(service.jvmOptions());
        command.add(
                "-javaagent:%s=%d".formatted(home.resolve(PARENT_WATCH), TIME_TO_STOP.toSeconds()));
        command.add("-Dai.djl.offline=true");
        command.add("-Dai.djl.pytorch.num_threads=" + service.mathThreads());
        command.add("-Dquarkus.http.host=127.0.0.1");
        command.add("-Dquarkus.http.port=" + port);
        settings.forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
        command.add("-jar");
        command.add(service.application(home).toString());
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
            if (!process.waitFor(TIME_TO_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
