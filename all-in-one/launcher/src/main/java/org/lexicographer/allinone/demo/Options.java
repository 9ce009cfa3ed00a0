package org.lexicographer.allinone.demo;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What the user asked for.
 *
 * @param data the folder that keeps everything
 * @param existing what to do with a demo that is already in the folder
 * @param exit whether to leave when the run has ended, instead of serving on
 */
public record Options(Path data, Existing existing, boolean exit) {

    static final String USAGE =
            """
            usage: ./run demo [--exit] [--resume | --fresh] [--data FOLDER]

              --exit         leave when the run has ended; otherwise it serves until Ctrl-C
              --resume       go on with the demo that is in the data folder
              --fresh        remove the demo that is in the data folder and start anew
              --data FOLDER  where everything is kept; .demo in the checkout otherwise
            """;

    /** What to do with a demo that is already in the data folder. */
    enum Existing {
        /** Nobody said: it is resumed, and the user is told. */
        UNSAID,
        /** It goes on where it was. */
        RESUME,
        /** It is removed. */
        REPLACE
    }

    public Options {
        requireNonNull(data, "data is null");
        requireNonNull(existing, "existing is null");
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Options parse(Path defaultData, List<String> arguments) {
        Options options = new Options(defaultData, Existing.UNSAID, false);
        Deque<String> rest = new ArrayDeque<>(arguments);
        while (!rest.isEmpty()) {
            options = options.with(rest.pop(), rest);
        }
        return options;
    }

    private Options with(String option, Deque<String> rest) {
        return switch (option) {
            case "--exit" -> new Options(data, existing, true);
            case "--resume" -> with(Existing.RESUME);
            case "--fresh" -> with(Existing.REPLACE);
            case "--data" -> new Options(folder(rest), existing, exit);
            default -> throw new IllegalArgumentException("unknown option: found=" + option);
        };
    }

    private Options with(Existing wanted) {
        if (existing != Existing.UNSAID && existing != wanted) {
            throw new IllegalArgumentException("--resume and --fresh exclude each other");
        }
        return new Options(data, wanted, exit);
    }

    private static Path folder(Deque<String> rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException("--data needs a folder");
        }
        return Path.of(rest.pop()).toAbsolutePath().normalize();
    }
}
