package org.lexicographer.runstore.backup;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.command.CommandContext;
import org.lexicographer.objectstore.command.StoreOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fills a bucket from a folder: {@link Restore} as a command. */
@Command(
        name = "./run restore",
        sortOptions = false,
        description = {
            "Fills an empty bucket from the folder of a backup, all of which is checked first, and"
                    + " overwrites nothing. Repeated after an outage, it goes on. Runs that had not"
                    + " ended are named, with what lets them start again. The store's keys are taken"
                    + " from OBJECT_STORE_ACCESS_KEY and OBJECT_STORE_SECRET_KEY."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:the bucket holds what was backed up",
            "1:it does not: the reason is printed",
            "2:the command line is wrong"
        })
public final class RestoreCommand implements Callable<Integer> {

    private final CommandContext context;

    @Parameters(paramLabel = "FOLDER", description = "Where the backup is.")
    private Path folder;

    @Mixin private StoreOptions options = new StoreOptions();

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    RestoreCommand(CommandContext context) {
        this.context = context;
    }

    /** Restores the backup and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(
                new RestoreCommand(CommandContext.ofProcess(CommandContext::retrying)).run(args));
    }

    int run(String... args) {
        return context.run(this, args);
    }

    @Override
    public Integer call() {
        try {
            ObjectStore store = context.open(options);
            store.ensureBucket();
            print(new Restore(store, folder).run());
            return 0;
        } catch (ObjectStoreException
                | BackupException
                | IllegalArgumentException
                | UncheckedIOException e) {
            context.err().println("restore: " + e.getMessage());
            return 1;
        }
    }

    private void print(Restore.Report report) {
        context.out()
                .printf(
                        "bucket %s as it was at %s: objects=%d, bytes=%d%n",
                        report.bucket(), report.at(), report.objects(), report.bytes());
        report.startAgain()
                .forEach(
                        (run, shards) -> {
                            Path start = folder.resolve(BackupFolder.START_AGAIN).resolve(run);
                            context.out()
                                    .printf(
                                            "run %s had not ended. It starts again once its spec is"
                                                    + " submitted and its shards are published:%n"
                                                    + "  POST /runs               %s%n",
                                            run, start.resolve(BackupFolder.SPEC));
                            if (!shards.isEmpty()) {
                                context.out()
                                        .printf(
                                                "  POST /runs/%s/shards  %s%n",
                                                run, start.resolve(BackupFolder.SHARDS));
                            }
                            context.out()
                                    .println("  and then whatever was published and not begun");
                        });
    }
}
