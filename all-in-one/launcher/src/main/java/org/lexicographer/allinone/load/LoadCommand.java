package org.lexicographer.allinone.load;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.lexicographer.allinone.load.LoadOptions.Kind;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the load. */
@Command(
        name = "./run load",
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Puts load on the services and says what became of it: requests, errors, requests a"
                    + " second, milliseconds within which half and 99 percent of the answers came,"
                    + " and how much of their heaps services used.",
            "evaluations: GET .../loss-recovered of all dictionaries in turn. known: the same by"
                    + " callers who have the answer (If-None-Match). pages: pages of their latents."
                    + " runs: specs of runs submitted all at once, each of which must be listed, and"
                    + " cancelled then. shards: shards published to one run, each of which must be"
                    + " counted.",
            "Starts a system of its own with a small run, unless --url names one."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:all was answered as expected, and nothing was lost",
            "1:something was not",
            "2:the command line is wrong"
        })
final class LoadCommand implements Callable<Integer> {

    private final Path folder;
    private final ToIntFunction<LoadOptions> load;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "WHAT",
            arity = "1..*",
            description = "evaluations, known, pages, runs, shards.")
    private List<Kind> kinds;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "An eval-service that runs already, for evaluations, known and pages. The"
                            + " environment variable LEXICOGRAPHER_TOKEN has the token for it.")
    private URI url;

    @Option(
            names = "--run",
            paramLabel = "NAME",
            description = "Asks about the dictionaries of this run alone.")
    private String run;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long evaluations, known and pages are asked for.")
    private int seconds = 60;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds before that, which are not counted.")
    private int warmUp = 15;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "How many requests are under way at once.")
    private int connections = 16;

    @Option(names = "--runs", paramLabel = "N", description = "How many runs are submitted.")
    private int runs = 200;

    @Option(
            names = "--work",
            description = "Gives each of the runs some text and waits until all have ended.")
    private boolean work;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "activation-services, and trainer-services, that are started.")
    private int replicas = 1;

    @Option(names = "--shards", paramLabel = "N", description = "How many shards are published.")
    private int shards = 10_000;

    @Option(
            names = "--help",
            usageHelp = true,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Print this.")
    private boolean help;

    /**
     * Creates the command.
     *
     * @param folder where everything is kept while it lasts
     * @param load what to do with the options; returns the exit status
     */
    LoadCommand(Path folder, ToIntFunction<LoadOptions> load) {
        this.folder = folder;
        this.load = load;
    }

    @Override
    public Integer call() {
        return load.applyAsInt(options());
    }

    private LoadOptions options() {
        try {
            return new LoadOptions(
                    kinds,
                    Optional.ofNullable(url).map(URI::toString).map(LoadCommand::root),
                    Optional.ofNullable(run),
                    seconds,
                    warmUp,
                    connections,
                    runs,
                    work,
                    replicas,
                    shards,
                    folder);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static String root(String url) {
        return url.endsWith("/") ? url : url + "/";
    }
}
