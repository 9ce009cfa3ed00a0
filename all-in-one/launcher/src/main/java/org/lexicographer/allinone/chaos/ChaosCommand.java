package org.lexicographer.allinone.chaos;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the comparison under kills. */
@Command(
        name = "./run chaos",
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Trains a small run twice, once left alone and once with processes killed at random,"
                    + " and compares every bit of what comes out."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:nothing differs, or the run stays FAILED by a fault that may do so, and says why",
            "1:something does, or the run does not end",
            "2:the command line is wrong"
        })
final class ChaosCommand implements Callable<Integer> {

    private final Path folder;
    private final ToIntFunction<ChaosOptions> chaos;

    @Spec private CommandSpec spec;

    @Option(names = "--kills", paramLabel = "N", description = "How many processes are killed.")
    private int kills = 20;

    @Option(names = "--seed", paramLabel = "S", description = "Decides which, and when.")
    private long seed;

    @Option(
            names = "--stages",
            paramLabel = "N",
            description =
                    "Into how many stages the disturbed run is cut, each with activation-services"
                            + " of its own; up to 4.")
    private int stages = 1;

    @Option(
            names = "--activation-replicas",
            paramLabel = "N",
            description = "activation-services in the disturbed run, for each stage.")
    private int activationReplicas = 1;

    @Option(
            names = "--trainer-replicas",
            paramLabel = "N",
            description = "trainer-services in the disturbed run.")
    private int trainerReplicas = 1;

    @Option(
            names = "--outage",
            paramLabel = "SECONDS",
            description =
                    "How long the S3 server, and later the broker, is away once, in the middle of"
                            + " the kills; 0: not at all.")
    private int outage;

    @Option(
            names = "--faults",
            paramLabel = "FAULT",
            split = ",",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description =
                    "What breaks beside, one with each kill, in turn: ${COMPLETION-CANDIDATES}. A"
                            + " run that full disks or a lost segment end as FAILED is resumed."
                            + " Full disks need Linux and the right to mount. With fewer kills than"
                            + " faults, the others come without.")
    private List<Fault> faults = List.of();

    @Option(
            names = "--previous",
            paramLabel = "FOLDER",
            description =
                    "A checkout of the release before, which has been built. The disturbed run starts"
                            + " with its services; each is replaced by this version's while the run"
                            + " is in flight, and nothing is killed.")
    private Path previous;

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
     * @param chaos what to do with the options; returns the exit status
     */
    ChaosCommand(Path folder, ToIntFunction<ChaosOptions> chaos) {
        this.folder = folder;
        this.chaos = chaos;
    }

    @Override
    public Integer call() {
        return chaos.applyAsInt(options());
    }

    private ChaosOptions options() {
        try {
            return new ChaosOptions(
                    kills,
                    seed,
                    stages,
                    activationReplicas,
                    trainerReplicas,
                    outage,
                    faults,
                    Optional.ofNullable(previous).map(Path::toAbsolutePath),
                    folder);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
