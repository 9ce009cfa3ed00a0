package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import picocli.CommandLine;

/**
 * A command line tried on arguments, and nothing done with what it asks for.
 *
 * @param <O> what the arguments are read as
 */
public final class TriedCommand<O> {

    private final List<O> asked = new ArrayList<>();
    private final StringWriter printed = new StringWriter();
    private final CommandLine command;

    /** Takes the command, which is given what to do with its options. */
    public TriedCommand(Function<ToIntFunction<O>, Object> command) {
        this.command =
                new CommandLine(command.apply(this::take))
                        .setOut(new PrintWriter(printed, true))
                        .setErr(new PrintWriter(printed, true));
    }

    private int take(O options) {
        asked.add(options);
        return 0;
    }

    /** Runs the command and returns its exit status. */
    public int execute(String... arguments) {
        return command.execute(arguments);
    }

    /** Returns the options of every execution whose arguments could be read. */
    public List<O> asked() {
        return asked;
    }

    /** Returns all that was printed. */
    public String printed() {
        return printed.toString();
    }

    /**
     * Asserts that the help is the text that {@code ./run} shows of the command, since that is to
     * work before anything is built.
     */
    public void assertHelpIsShown(String name) throws IOException {
        assertThat(execute("--help")).isZero();
        assertThat(printed)
                .hasToString(
                        Files.readString(SharedSystem.HOME.resolve("docs/help/" + name + ".txt")));
    }
}
