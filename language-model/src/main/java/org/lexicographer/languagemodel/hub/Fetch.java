package org.lexicographer.languagemodel.hub;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.command.StoreOptions;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Stores what addresses of the hub name, as a service would that needs it: a model, files of a
 * dataset, or the folder of a dictionary. Prints the address with its commit, and where it lies.
 */
@Command(
        name = "./run fetch",
        sortOptions = false,
        description = {
            "Fetches models, dataset files and dictionaries from the hub into the object store,"
                    + " where runs find them without asking the hub again, and prints where they"
                    + " are. The hub is HF_ENDPOINT, a token is taken from HF_TOKEN, the store's"
                    + " keys from OBJECT_STORE_ACCESS_KEY and OBJECT_STORE_SECRET_KEY."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:everything is stored",
            "1:something is not: the reason is printed",
            "2:the command line is wrong"
        })
public final class Fetch implements Callable<Integer> {

    private final Map<String, String> environment;
    private final BiFunction<S3Endpoint, String, ObjectStore> stores;
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(
            paramLabel = "URI",
            arity = "1..*",
            description =
                    "hf://owner/name@revision is a model,"
                            + " hf://datasets/owner/name@revision/data/*.jsonl.zst files of a dataset,"
                            + " hf://owner/name@revision/folder a dictionary. Without a revision it is"
                            + " main.")
    private List<String> uris;

    @Mixin private StoreOptions options = new StoreOptions();

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    /**
     * Creates the command.
     *
     * @param environment what is set around the process
     * @param stores opens a bucket of a store
     */
    Fetch(
            Map<String, String> environment,
            BiFunction<S3Endpoint, String, ObjectStore> stores,
            PrintStream out,
            PrintStream err) {
        this.environment = environment;
        this.stores = stores;
        this.out = out;
        this.err = err;
    }

    /** Fetches and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(
                new Fetch(System.getenv(), MinioObjectStore::of, System.out, System.err).run(args));
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
            ObjectStore objects = stores.apply(options.endpoint(environment), options.bucket());
            objects.ensureBucket();
            HubStore stored = new HubStore(objects, new Hub(HubSettings.of(environment)));
            for (String uri : uris) {
                fetch(uri, new HubSources(stored), objects);
            }
            return 0;
        } catch (ObjectStoreException | IllegalArgumentException e) {
            err.println("fetch: " + e.getMessage());
            return 1;
        }
    }

    private void fetch(String uri, HubSources hub, ObjectStore objects) {
        if (!(SourceUri.parse(uri) instanceof HubPath path)) {
            throw new IllegalArgumentException("not an address of the hub: found=" + uri);
        }
        HubPath pinned = hub.pinned(path);
        if (pinned.path().isEmpty() && !pinned.isDataset()) {
            print(pinned, hub.model(pinned), objects);
        } else if (!pinned.isDataset() && !hub.tree(pinned).within(pinned.path()).isEmpty()) {
            print(pinned, hub.wholeFolder(pinned), objects);
        } else {
            hub.files(pinned).forEach(file -> print(file, hub.file(file), objects));
        }
    }

    private void print(HubPath path, StoredObject at, ObjectStore objects) {
        long files = 0;
        long bytes = 0;
        try (Stream<ObjectStat> listed = objects.list(at.key())) {
            for (ObjectStat object : (Iterable<ObjectStat>) listed::iterator) {
                files++;
                bytes += object.size();
            }
        }
        out.printf("%s%n  %s  files=%d, bytes=%d%n", path, at, files, bytes);
    }
}
