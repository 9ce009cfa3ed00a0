package org.lexicographer.benchmark.contender;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.benchmark.own.Worker;
import org.lexicographer.benchmark.work.Work;

/** Starts contenders, each in a process of its own. */
public final class Contenders implements AutoCloseable {

    /** Threads of OpenMP that spin while they wait take the cores from whoever works. */
    private static final Map<String, String> PASSIVE = Map.of("OMP_WAIT_POLICY", "PASSIVE");

    /** Peers need no network, show no progress and leave nothing beside their scripts. */
    public static final Map<String, String> QUIET =
            Map.of(
                    "HF_HUB_OFFLINE", "1",
                    "TQDM_DISABLE", "1",
                    "TRANSFORMERS_VERBOSITY", "error",
                    "PYTHONDONTWRITEBYTECODE", "1");

    private final Supplier<Optional<Path>> findPython;
    private final Path scripts;
    private final PrintStream err;
    private Optional<Path> python;
    private final Map<String, Deque<ContenderProcess>> idle = new HashMap<>();

    /**
     * Starts nothing yet.
     *
     * @param python finds an interpreter with the peers' packages when the first of them is wanted;
     *     without one there are no peers
     * @param scripts the folder of the peers' scripts
     * @param err where it is said why a peer is missing
     */
    public Contenders(Supplier<Optional<Path>> python, Path scripts, PrintStream err) {
        this.findPython = python;
        this.scripts = scripts;
        this.err = err;
    }

    /** Returns a line-up without anybody. */
    public Lineup lineup() {
        return new Lineup(this);
    }

    ContenderProcess own(Work work) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.num_threads=" + work.place().threads(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Worker.class.getName()));
        return new ContenderProcess(command, PASSIVE);
    }

    /** Returns a program that runs a peer's script and has no work; nobody without Python. */
    Optional<ContenderProcess> peer(String script) {
        Deque<ContenderProcess> waiting = idle.getOrDefault(script, new ArrayDeque<>());
        if (!waiting.isEmpty()) {
            return Optional.of(waiting.pop());
        }
        return interpreter()
                .map(
                        interpreter ->
                                new ContenderProcess(
                                        List.of(
                                                interpreter.toString(),
                                                scripts.resolve(script).toString()),
                                        QUIET));
    }

    /** Returns the command that runs a script of the peers as a whole; empty without Python. */
    public Optional<List<String>> script(String name, String argument) {
        return interpreter()
                .map(
                        interpreter ->
                                List.of(
                                        interpreter.toString(),
                                        scripts.resolve(name).toString(),
                                        argument));
    }

    private Optional<Path> interpreter() {
        if (python == null) {
            python = findPython.get();
        }
        return python;
    }

    /** Keeps a peer that works no more: Python starts slowly. */
    void keep(String script, ContenderProcess peer) {
        idle.computeIfAbsent(script, s -> new ArrayDeque<>()).push(peer);
    }

    void say(String text) {
        err.println(text);
    }

    /** Ends the peers that wait for work. */
    @Override
    public void close() {
        idle.values().forEach(peers -> peers.forEach(ContenderProcess::close));
        idle.clear();
    }
}
