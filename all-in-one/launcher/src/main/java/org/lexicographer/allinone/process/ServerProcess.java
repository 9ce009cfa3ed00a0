package org.lexicographer.allinone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.embedded.BrokerPlan;

/** An embedded server's process, to be killed and started again. */
public final class ServerProcess implements KillableProcess {

    private static final List<String> OPTIONS =
            List.of(
                    "-Xmx640m",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private final Server.Kind kind;
    private final String name;
    private final Path folder;
    private final String place;
    private final Path log;
    private Process process;

    private ServerProcess(Server.Kind kind, String name, Path folder, String place, Path log) {
        this.kind = kind;
        this.name = name;
        this.folder = folder;
        this.place = place;
        this.log = log;
    }

    /** Prepares an S3 server. */
    public static ServerProcess objectStore(Path folder, int port, Path log) {
        Server.Kind kind = Server.Kind.OBJECT_STORE;
        return new ServerProcess(kind, kind.text(), folder, Integer.toString(port), log);
    }

    /**
     * Prepares a broker.
     *
     * @param name tells it from others of the system
     */
    public static ServerProcess broker(String name, Path folder, BrokerPlan plan, Path log) {
        return new ServerProcess(Server.Kind.BROKER, name, folder, PlanArgument.of(plan), log);
    }

    /** Returns what it serves. */
    public Server.Kind kind() {
        return kind;
    }

    /** Returns where it keeps what it holds. */
    public Path folder() {
        return folder;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(Service.PATIENT_COMPILER);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Server.class.getName(), kind.name(), folder.toString(), place));
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException("server cannot be started: " + kind, e);
        }
    }

    @Override
    public void kill() {
        KillableProcess.kill(process);
    }

    @Override
    public boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public void check() {
        KillableProcess.check(name(), process, log);
    }

    @Override
    public long pid() {
        return process.pid();
    }
}
