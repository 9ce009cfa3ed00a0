package org.lexicographer.runstore.backup;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.command.StoreOptions;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import picocli.CommandLine;
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

    private final Map<String, String> environment;
    private final BiFunction<S3Endpoint, String, ObjectStore> stores;
    private final PrintStream out;
    private final PrintStream err;

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

    /**
     * Creates the command.
     *
     * @param environment what is set around the process
     * @param stores opens a bucket of a store
     */
    BackupCommand(
            Map<String, String> environment,
            BiFunction<S3Endpoint, String, ObjectStore> stores,
            PrintStream out,
            PrintStream err) {
        this.environment = environment;
        this.stores = stores;
        this.out = out;
        this.err = err;
    }

    /** Makes the backup and ends the process with its exit code. */
    public static void main(String[] args) {
        BiFunction<S3Endpoint, String, ObjectStore> stores =
                (endpoint, bucket) ->
                        RetryingObjectStore.wrap(
                                MinioObjectStore.of(endpoint, bucket), RetryPolicy.STANDARD);
        System.exit(new BackupCommand(System.getenv(), stores, System.out, System.err).run(args));
    }

    int run(String... args) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Override
    public Integer call() {
        try {
            ObjectStore store = stores.apply(options.endpoint(environment), options.bucket());
            print(new Backup(store, folder, without, InstantSource.system()).make());
            return 0;
        } catch (ObjectStoreException | BackupException | UncheckedIOException e) {
            err.println("backup: " + e.getMessage());
            return 1;
        }
    }

    private void print(Backup.Report report) {
        out.printf(
                "%s: objects=%d, bytes=%d, copied now=%d%n",
                folder, report.objects(), report.bytes(), report.copied());
        for (String run : report.startAgain()) {
            out.printf("run %s had not ended: after a restore it starts again%n", run);
        }
    }
}
