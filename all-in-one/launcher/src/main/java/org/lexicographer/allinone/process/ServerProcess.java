package org.lexicographer.allinone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** An embedded server's process, to be killed and started again. */
public final class ServerProcess implements KillableProcess {

    private final Server.Kind kind;
    private final Path folder;
    private final int port;
    private final Path log;
    private Process process;

    public ServerProcess(Server.Kind kind, Path folder, int port, Path log) {
        this.kind = kind;
        this.folder = folder;
        this.port = port;
        this.log = log;
    }

    @Override
    public String name() {
        return kind.text();
    }

    @Override
    public void start() {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx640m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        kind.name(),
                        folder.toString(),
                        Integer.toString(port));
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
    public void check() {
        KillableProcess.check(name(), process, log);
    }

    @Override
    public long pid() {
        return process.pid();
    }
}
