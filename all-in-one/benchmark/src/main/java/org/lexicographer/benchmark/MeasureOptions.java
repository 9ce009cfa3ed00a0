package org.lexicographer.benchmark;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lexicographer.benchmark.contender.ContenderException;
import org.lexicographer.benchmark.contender.PythonEnvironment;
import org.lexicographer.benchmark.measure.Comparison;
import org.lexicographer.benchmark.work.Place;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How is measured, whatever is. */
final class MeasureOptions {

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int QUICK_ROUNDS = 3;
    private static final int FEWEST_ROUNDS = 2;
    private static final int MOST_ROUNDS = 15;
    private static final double SECONDS = 16;

    /** More than any machine has cores; the threads themselves need memory. */
    private static final int MOST_THREADS = 1_024;

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--quick",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description =
                    "Small sizes and few rounds: shows that all works, and says little of speed."
                            + " What other options say holds.")
    private boolean quick;

    @Option(
            names = "--warm-ups",
            paramLabel = "N",
            description = "Rounds that are not counted. Default: 1.")
    private int warmUps = 1;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Rounds that are. Default: as many as 16 seconds of work are, from 2 to 15;"
                            + " quick 3.")
    private Integer rounds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            description =
                    "Numbers of threads, ours and the peer's. Default: all cores, product 1 too.")
    private List<Integer> threads;

    @Option(names = "--device", paramLabel = "D", description = "cpu (the default) or gpu.")
    private Device device = Device.cpu;

    @Option(
            names = "--no-peer",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Measures without Python.")
    private boolean alone;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description =
                    "An interpreter that has the peers' packages. By default environments are"
                            + " made, once, in target/benchmark: one for latents, one for the"
                            + " rest.")
    private Path python;

    /** What can be measured on. */
    private enum Device {
        cpu,
        gpu
    }

    /**
     * Checks the numbers.
     *
     * @throws ParameterException when one is out of range
     */
    void check() {
        OptionRange range = new OptionRange(command);
        range.atLeast("--warm-ups", 0, warmUps);
        range.atLeast("--rounds", 1, rounds);
        if (threads != null) {
            threads.forEach(number -> range.between("--threads", 1, MOST_THREADS, number));
        }
    }

    boolean quick() {
        return quick;
    }

    boolean gpu() {
        return device == Device.gpu;
    }

    Comparison comparison() {
        if (rounds != null || quick) {
            return new Comparison(warmUps, rounds == null ? QUICK_ROUNDS : rounds);
        }
        return new Comparison(warmUps, FEWEST_ROUNDS, MOST_ROUNDS, SECONDS);
    }

    /** Returns where is measured: each number of threads that was asked for, or the GPU. */
    List<Place> places() {
        return places(List.of(CORES));
    }

    /** Returns the places, one thread among them unless others were asked for. */
    List<Place> placesFromOneThread() {
        return places(CORES == 1 ? List.of(1) : List.of(1, CORES));
    }

    private List<Place> places(List<Integer> usual) {
        List<Integer> wanted = threads == null ? usual : threads;
        return gpu() ? List.of(Place.gpu()) : wanted.stream().map(Place::cpu).toList();
    }

    /** Returns the place with the most threads, or the GPU. */
    Place place() {
        return places().stream().max(Comparator.comparingInt(Place::threads)).orElseThrow();
    }

    /** Returns an interpreter with the peers' packages; none, and why, where there is none. */
    Optional<Path> python(Path folder, Path requirements, PrintStream err) {
        if (alone) {
            return Optional.empty();
        }
        if (python != null) {
            return Optional.of(python);
        }
        try {
            return Optional.of(new PythonEnvironment(folder, requirements).python());
        } catch (ContenderException e) {
            err.println("without a peer: " + e.getMessage());
            return Optional.empty();
        }
    }
}
