package org.lexicographer.allinone.serve;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the system without the demo. */
@Command(
        name = "./run serve",
        sortOptions = false,
        description = {
            "Builds what is needed, starts a Kafka broker, an S3 server and the four services on"
                    + " this machine, prints their addresses and serves until Ctrl-C. What was"
                    + " under way in the data folder continues."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"1:something did not start, or ended", "2:the command line is wrong"})
final class ServeCommand implements Callable<Integer> {

    private final Path home;
    private final ToIntFunction<Path> serve;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where everything is kept; .serve in the checkout otherwise.")
    private Path data;

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    /**
     * Creates the command.
     *
     * @param home the checkout
     * @param serve what to do with the data folder; returns the exit status
     */
    ServeCommand(Path home, ToIntFunction<Path> serve) {
        this.home = home;
        this.serve = serve;
    }

    @Override
    public Integer call() {
        Path folder = data == null ? home.resolve(".serve") : data.toAbsolutePath().normalize();
        return serve.applyAsInt(folder);
    }
}
