package org.lexicographer.runstore.backup;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.command.CommandContext;
import org.lexicographer.objectstore.command.StoreOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies a bucket into a folder: {@link Backup} as a command. */
@Command(
        name = "./run backup",
        sortOptions = false,
        description = {
            "Copies what a bucket holds into a folder, while the system may be at work, and checks"
                    + " it. Repeated with the same folder, it copies what has changed. Of a run that"
                    + " has not ended the spec and the dictionaries are copied; after a restore it"
                    + " starts again. The store's keys are taken from OBJECT_STORE_ACCESS_KEY and"
                    + " OBJECT_STORE_SECRET_KEY."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:the folder holds the bucket as it was at one moment",
            "1:it does not: the reason is printed",
            "2:the command line is wrong"
        })
public final class BackupCommand implements Callable<Integer> {

    private final CommandContext context;

    @Parameters(paramLabel = "FOLDER", description = "Where the backup is, or is to be.")
    private Path folder;

    @Option(
            names = "--without",
            paramLabel = "PREFIX",
            description =
                    "Leaves out objects whose keys begin so, such as hub/, which is what was fetched"
                            + " from the hub. May be repeated.")
    private List<String> without = List.of();

    @Mixin private StoreOptions options = new StoreOptions();

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    BackupCommand(CommandContext context) {
        this.context = context;
    }

    /** Makes the backup and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(
                new BackupCommand(CommandContext.ofProcess(CommandContext::retrying)).run(args));
    }

    int run(String... args) {
        return context.run(this, args);
    }

    @Override
    public Integer call() {
        try {
            ObjectStore store = context.open(options);
            print(new Backup(store, folder, without, InstantSource.system()).make());
            return 0;
        } catch (ObjectStoreException
                | BackupException
                | IllegalArgumentException
                | UncheckedIOException e) {
            context.err().println("backup: " + e.getMessage());
            return 1;
        }
    }

    private void print(Backup.Report report) {
        context.out()
                .printf(
                        "%s: objects=%d, bytes=%d, copied now=%d%n",
                        folder, report.objects(), report.bytes(), report.copied());
        for (String run : report.startAgain()) {
            context.out().printf("run %s had not ended: after a restore it starts again%n", run);
        }
    }
}
