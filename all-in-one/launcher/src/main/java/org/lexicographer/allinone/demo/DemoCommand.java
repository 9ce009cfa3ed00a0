package org.lexicographer.allinone.demo;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.lexicographer.allinone.demo.DemoOptions.Existing;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the demo. */
@Command(
        name = "./run demo",
        sortOptions = false,
        description = {
            "Builds what is needed, starts everything on this machine, trains dictionaries on a"
                    + " small language model and prints how good they are."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:the run ended well", "1:it did not", "2:the command line is wrong"})
final class DemoCommand implements Callable<Integer> {

    private static final class Previous {
        @Option(names = "--resume", description = "Continue with the demo in the data folder.")
        private boolean resume;

        @Option(names = "--fresh", description = "Remove the demo in the data folder, start anew.")
        private boolean fresh;
    }

    private final Path home;
    private final ToIntFunction<DemoOptions> demo;

    @Option(
            names = "--exit",
            description = "Leave when the run has ended; otherwise it serves until Ctrl-C.")
    private boolean exit;

    @ArgGroup private Previous previous;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where everything is kept; .demo in the checkout otherwise.")
    private Path data;

    /** For the benchmark's own tests: dictionaries of fewer steps are not the demo's. */
    @Option(names = "--steps", paramLabel = "N", hidden = true)
    private Integer steps;

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    /**
     * Creates the command.
     *
     * @param home the checkout
     * @param demo what to do with the options; returns the exit status
     */
    DemoCommand(Path home, ToIntFunction<DemoOptions> demo) {
        this.home = home;
        this.demo = demo;
    }

    @Override
    public Integer call() {
        Path folder = data == null ? home.resolve(".demo") : data.toAbsolutePath().normalize();
        return demo.applyAsInt(new DemoOptions(folder, existing(), exit, steps()));
    }

    private OptionalInt steps() {
        return steps == null ? OptionalInt.empty() : OptionalInt.of(steps);
    }

    private Existing existing() {
        if (previous == null) {
            return Existing.UNSAID;
        }
        return previous.fresh ? Existing.REPLACE : Existing.RESUME;
    }
}
